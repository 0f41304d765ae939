// Which policy is served and why, and what no stage could process.

import { button } from "/changes.js";
import { count, el, number, score, table } from "/dom.js";
import { json } from "/source.js";

function warning(alarm) {
  return el(
    "div",
    { class: "card" },
    el("div", { class: "bad" }, `${alarm.iteration}, ${alarm.kind}: ${alarm.sentence}`),
    el("div", {}, `${alarm.cause}; ${alarm.action}`),
    el("div", { class: "faint" }, `${alarm.time} ${alarm.policy}`),
  );
}

export const policies = {
  title: "Policies",
  load: () => json("/api/policies"),
  draw(data, view) {
    view.replaceChildren(
      el("h1", {}, "Policies"),
      el("p", { class: "sentence" }, data.serving ? `${data.serving} is served.` : "None yet."),
      el(
        "p",
        { class: "faint" },
        "./orcaflow policy rollback serves an earlier one again, ./orcaflow policy diff compares two.",
      ),
      button("Roll back", "rollback") ?? "",
      table(
        [
          "policy",
          "what the gate found",
          { text: "greedy pass@1 [95 %]", class: "number" },
          { text: "sampled pass@1 [95 %]", class: "number" },
          { text: "steps", class: "number" },
          "parent",
          "weights",
          "version",
          "",
        ],
        data.policies.map((policy) => [
          policy.name,
          {
            text:
              policy.collapsed ??
              policy.gate ??
              (policy.request ? "served again on request" : "not asked"),
            class: policy.promoted && !policy.collapsed ? null : "bad",
          },
          score(policy.greedy),
          score(policy.sampled),
          number(count.format(policy.steps)),
          policy.parent ?? "",
          policy.weights.slice(0, 8),
          policy.version,
          { node: button("Serve again", "promote", { policy: policy.version }) ?? "" },
        ]),
      ),
      el("h2", {}, "Alarms"),
      ...(data.alarms.length === 0
        ? [el("p", { class: "faint" }, "None.")]
        : data.alarms.map(warning)),
      el("h2", {}, "Requests"),
      data.requests.length === 0
        ? el("p", { class: "faint" }, "Nobody asked for an earlier policy.")
        : table(
            ["when", "action", "policy", "status", "why, or what became of it"],
            data.requests.map((one) => [one.time, one.action, one.policy, one.status, one.note]),
          ),
    );
  },
};

function letter(one) {
  return el(
    "div",
    { class: "card" },
    el("div", { class: "bad" }, `${one.exception}: ${one.message}`),
    el("div", {}, `${one.letter}, stage ${one.stage}, from ${one.source ?? "(not named)"}`),
    el("div", { class: "faint" }, one.time),
    one.evidence ? el("pre", {}, one.evidence) : null,
    el("pre", {}, one.event ? JSON.stringify(one.event, null, 2) : (one.value ?? "(no value)")),
  );
}

export const letters = {
  title: "Dead letters",
  load: () => json("/api/letters"),
  draw(data, view) {
    view.replaceChildren(
      el("h1", {}, "Dead letters"),
      data.counts.length === 0
        ? el("p", {}, "None.")
        : table(
            [
              "topic",
              "stage",
              "cause",
              { text: "open", class: "number" },
              { text: "redriven", class: "number" },
              "newest",
              "an example",
              "",
            ],
            data.counts.map((row) => [
              row.topic,
              row.stage,
              row.cause,
              number(count.format(row.open)),
              number(count.format(row.redriven)),
              row.newest,
              row.example,
              {
                node:
                  (row.open > 0 &&
                    button("Redrive", "redrive", { topic: row.topic, reason: row.cause })) ||
                  "",
              },
            ]),
          ),
      el(
        "p",
        { class: "faint" },
        "./orcaflow dlq redrive --dry-run says what would go back; without --dry-run it does.",
      ),
      ...data.newest.map(letter),
    );
  },
};
