// Another run beside this one, and one question to two policies.

import { mayAsk, request } from "/changes.js";
import { VERDICTS, count, el, number, signed, table } from "/dom.js";
import { json } from "/source.js";

function result(one) {
  return one === undefined || one === null
    ? number("")
    : number(
        `${one.score.accuracy.toFixed(3)} [${one.score.low.toFixed(3)}, ${one.score.high.toFixed(3)}]`,
      );
}

function apart(row) {
  if (!row.left || !row.right) {
    return "";
  }
  return row.left.weights === row.right.weights
    ? "the same weights"
    : `${signed(row.right.score.accuracy - row.left.score.accuracy)}, intervals ` +
        (row.apart ? "apart" : "overlap");
}

function sameData(rows) {
  const same = rows.every((row) => row.onlyLeft === 0 && row.onlyRight === 0 && row.flipped === 0);
  return rows.length === 0 ? "Neither has rows." : same ? "The same data." : "Other data.";
}

function sideBySide(data) {
  return [
    el("p", { class: "sentence" }, sameData(data.rows)),
    el("h2", {}, "Settings"),
    table(
      ["setting", data.left, data.right],
      data.told.map((one) => [
        one.kind,
        one.left,
        { text: one.right, class: one.left === one.right ? null : "bad" },
      ]),
    ),
    el("h2", {}, "Rows"),
    table(
      [
        "kind",
        "iteration",
        { text: data.left, class: "number" },
        { text: data.right, class: "number" },
        { text: "both", class: "number" },
        { text: `only ${data.left}`, class: "number" },
        { text: `only ${data.right}`, class: "number" },
        { text: "flipped", class: "number" },
      ],
      data.rows.map((row) => [
        row.kind,
        row.iteration === 0 ? "" : `M${row.iteration}`,
        ...[row.left, row.right, row.both, row.onlyLeft, row.onlyRight, row.flipped].map((n) =>
          number(count.format(n)),
        ),
      ]),
    ),
    el("h2", {}, "Scores"),
    table(
      [
        "policy",
        "mode",
        { text: data.left, class: "number" },
        { text: data.right, class: "number" },
        "difference",
      ],
      data.evaluations.map((row) => [
        `M${row.iteration}`,
        row.mode,
        result(row.left),
        result(row.right),
        apart(row),
      ]),
    ),
  ];
}

export const compare = {
  title: "Compare",
  live: false,
  async load(path) {
    const runs = await json("/api/runs");
    const data = path.length < 2 ? null : await json(`/api/compare/${encodeURIComponent(path[1])}`);
    return { runs, data };
  },
  draw({ runs, data }, view) {
    view.replaceChildren(
      el("h1", {}, data === null ? "Compare with another run" : `${data.left} and ${data.right}`),
      runs.length === 0
        ? el("p", {}, "There is no other run; './orcaflow replay' makes one of this one's history.")
        : el(
            "nav",
            { class: "controls", "aria-label": "Runs" },
            ...runs.map((run) => el("a", { href: `/compare/${encodeURIComponent(run)}` }, run)),
          ),
      ...(data === null ? [] : sideBySide(data)),
    );
  },
};

function chooser(label, policies, chosen) {
  const select = el(
    "select",
    { "aria-label": label },
    ...policies.map((name) => el("option", { value: name, selected: name === chosen }, name)),
  );
  return { select, row: el("label", {}, `${label} `, select) };
}

function answerCard(one) {
  return el(
    "div",
    { class: "card" },
    el("strong", {}, one.policy),
    el(
      "div",
      { class: VERDICTS[one.verdict] ?? "faint" },
      one.verdict ? `${one.verdict}, answer ${one.answer ?? "none"}: ${one.reason}` : "not graded",
    ),
    el("div", { class: "faint" }, one.finish === "length" ? "cut at the limit of tokens" : ""),
    el("pre", {}, one.text),
  );
}

export const ask = {
  title: "Ask",
  live: false,
  load: () => (mayAsk() ? request("/api/ask") : Promise.resolve(null)),
  draw(policies, view) {
    if (policies === null) {
      view.replaceChildren(
        el("h1", {}, "Ask"),
        el("p", {}, "Open the page by the link that the terminal printed to ask policies."),
      );
      return;
    }
    const first = chooser("policy", policies, policies.at(-2) ?? policies.at(-1));
    const second = chooser("and", policies, policies.at(-1));
    const question = el("textarea", { rows: 4, cols: 60, "aria-label": "question" });
    const reference = el("input", { type: "text", "aria-label": "right answer" });
    const send = el("button", { type: "button" }, "Ask both");
    const answers = el("div", { class: "side", role: "status" });
    send.addEventListener("click", async () => {
      send.disabled = true;
      answers.replaceChildren(el("p", { class: "faint" }, "asking"));
      const names = [...new Set([first.select.value, second.select.value])];
      const cards = await Promise.all(
        names.map((policy) =>
          request("/api/ask", {
            policy,
            question: question.value,
            reference: reference.value,
          }).then(answerCard, (failure) =>
            el("p", { class: "bad" }, `${policy}: ${failure.message}`),
          ),
        ),
      );
      answers.replaceChildren(...cards);
      send.disabled = false;
    });
    view.replaceChildren(
      el("h1", {}, "Ask"),
      el("p", { class: "faint" }, "One question to two policies, greedily; graded with an answer."),
      el("div", { class: "controls" }, first.row, second.row),
      question,
      el("div", { class: "controls" }, el("label", {}, "right answer ", reference), send),
      answers,
    );
  },
};
