// What the calls of models cost, how long they take, and which endpoints give no answers.

import { button } from "/changes.js";
import { count, el, number, table } from "/dom.js";
import { json } from "/source.js";

function amount(value) {
  return value === 0 || value >= 0.01 ? value.toFixed(2) : value.toPrecision(2);
}

function failures(failed) {
  return Object.entries(failed)
    .map(([outcome, calls]) => `${outcome} ${count.format(calls)}`)
    .join(", ");
}

function sentence(data) {
  if (data.calls.length === 0) {
    return "No model was called yet.";
  }
  if (data.cost === 0) {
    return "The models cost nothing, or no prices are given.";
  }
  const row = data.perRow === undefined ? "" : `, ${amount(data.perRow)} a row of training data`;
  return `Spent ${amount(data.cost)}, at present ${amount(data.perHour)} an hour${row}.`;
}

export const money = {
  title: "Money",
  load: () => json("/api/money"),
  draw(data, view) {
    view.replaceChildren(
      el("h1", {}, "Money and endpoints"),
      el("p", { class: "sentence" }, sentence(data)),
      button(
        "Set a budget",
        "budget",
        {},
        { scope: ["of", "run"], amount: ["amount, such as 40USD", ""] },
      ) ?? "",
      data.complete ? "" : el("p", { class: "faint" }, "The calls are still being read."),
      data.failure ? el("p", { class: "bad" }, `The calls cannot be followed: ${data.failure}`) : "",
      data.waiting.length === 0
        ? ""
        : el(
            "div",
            { class: "attention" },
            el("strong", {}, "Endpoints that give no answers"),
            el("ul", {}, ...data.waiting.map((one) => el("li", {}, `${one.endpoint}: ${one.text}`))),
          ),
      table(
        [
          "stage",
          { text: "answered", class: "number" },
          { text: "failed", class: "number" },
          { text: "requests", class: "number" },
          { text: "tokens in", class: "number" },
          { text: "tokens out", class: "number" },
          { text: "cost", class: "number" },
          { text: "median ms", class: "number" },
          { text: "p99 ms", class: "number" },
          "model",
          "endpoint",
          "failures",
        ],
        data.calls.map((row) => [
          row.stage,
          number(count.format(row.answered)),
          number(count.format(Object.values(row.failed).reduce((sum, n) => sum + n, 0))),
          number(count.format(row.attempts)),
          number(count.format(row.promptTokens)),
          number(count.format(row.completionTokens)),
          number(amount(row.cost)),
          number(count.format(row.medianMillis)),
          number(count.format(row.p99Millis)),
          row.model,
          row.endpoint,
          failures(row.failed),
        ]),
      ),
    );
  },
};
