// Why rollouts have their verdicts, and how often problems are solved.

import { VERDICTS, count, el, linked, number, table } from "/dom.js";
import { json } from "/source.js";

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}

/** The number of rollouts; its records are found by the reason, if that is one of the stored ones. */
function rollouts(row) {
  return ["judge", "other"].includes(row.reason)
    ? number(count.format(row.rollouts))
    : linked(
        count.format(row.rollouts),
        `/records/graded-rollouts?${new URLSearchParams({ reason: row.reason })}`,
        "number",
      );
}

function contradiction(one) {
  return el(
    "div",
    { class: "card" },
    el(
      "div",
      {},
      el("span", { class: VERDICTS[one.verdict] }, `${one.verdict} (${one.reason})`),
      `; the second checker: ${one.second} (${one.secondReason}); reference ${one.reference} `,
      el("a", { href: `/problem/${encodeURIComponent(one.problem)}` }, "problem"),
    ),
    el("pre", {}, one.completion),
  );
}

export const verdicts = {
  title: "Verdicts",
  load: () => json("/api/verdicts"),
  draw(data, view) {
    view.replaceChildren(
      el("h1", {}, "Verdicts"),
      data.reasons.length === 0
        ? el("p", { class: "faint" }, "No rollout is graded yet.")
        : table(
            [
              "verdict",
              "reason",
              { text: "rollouts", class: "number" },
              { text: "share", class: "number" },
            ],
            data.reasons.map((row) => [
              { text: row.verdict, class: VERDICTS[row.verdict] },
              row.reason,
              rollouts(row),
              number(percent(row.share)),
            ]),
          ),
      el("h2", {}, "Contradicted by the second checker"),
      el(
        "p",
        { class: "faint" },
        data.disagreements === 0
          ? "No event says so; './orcaflow verdicts audit' checks every verdict."
          : `${count.format(data.disagreements)} so far, the newest ${data.newest.length}:`,
      ),
      ...data.newest.map(contradiction),
    );
  },
};

/** A bar of parts: how many groups have none right, ..., how many all. */
function bar(byRight) {
  const element = el("div", { class: "parts", "aria-hidden": true });
  byRight.forEach((groups, right) => {
    const part = el("span", { title: `${right} right: ${count.format(groups)} groups` });
    const share = byRight.length < 2 ? 0 : (100 * right) / (byRight.length - 1);
    part.style.flexGrow = groups;
    part.style.background = `color-mix(in srgb, var(--good) ${share}%, var(--bad))`;
    element.append(part);
  });
  return element;
}

export const difficulty = {
  title: "Difficulty",
  load: () => json("/api/difficulty"),
  draw(data, view) {
    const most = Math.max(0, ...data.map((row) => row.byRight.length));
    view.replaceChildren(
      el("h1", {}, "Difficulty"),
      el(
        "p",
        { class: "faint" },
        "How many of a problem's rollouts are right, by the iteration they are sampled for. Groups" +
          " with right ones and others (mixed) are those that rollouts can be compared in.",
      ),
      data.length === 0
        ? el("p", { class: "faint" }, "No rollout is graded yet.")
        : table(
            [
              { text: "iteration", class: "number" },
              { text: "groups", class: "number" },
              { text: "partial", class: "number" },
              { text: "mixed", class: "number" },
              "share",
              ...Array.from({ length: most }, (none, right) => ({
                text: `${right} right`,
                class: "number",
              })),
            ],
            data.map((row) => [
              number(row.iteration),
              linked(
                count.format(row.groups),
                `/records/graded-rollouts?iteration=${row.iteration}`,
                "number",
              ),
              number(count.format(row.partial)),
              number(percent(row.mixed)),
              { node: bar(row.byRight), class: "bar" },
              ...row.byRight.map((groups) => number(count.format(groups))),
            ]),
          ),
    );
  },
};
