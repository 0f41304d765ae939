// The views. Each is { title, load(path, query), draw(data, view) }.

import { button } from "/changes.js";
import { shown } from "/chart.js";
import { NAMES, curves } from "/curves.js";
import { VERDICTS, count, el, linked, number, score, signed, table } from "/dom.js";
import { money } from "/money.js";
import { ask, compare } from "/others.js";
import { letters, policies } from "/policies.js";
import { json } from "/source.js";
import { difficulty, verdicts } from "/verdicts.js";

function time(seconds) {
  if (seconds === undefined || seconds === null) {
    return "";
  }
  return seconds < 120 ? `${Math.round(seconds)} s left` : `${Math.round(seconds / 60)} min left`;
}

function asked(data) {
  return table(
    ["when", "change", "of what", "who", "where", "why"],
    data.changes.map((one) => [
      one.time,
      one.change,
      one.what,
      one.who,
      one.where,
      one.why ?? "",
    ]),
  );
}

const now = {
  title: "Now",
  load: () => json("/api/now"),
  draw(data, view) {
    view.replaceChildren(
      el("h1", {}, `Run ${data.run}, recipe ${data.recipe}`),
      el("p", { class: "sentence" }, data.sentence),
      data.reading === undefined
        ? ""
        : el(
            "p",
            {},
            el("label", { for: "reading" }, "reading what was there: "),
            el("progress", { id: "reading", max: 1, value: data.reading }),
            ` ${Math.floor(100 * data.reading)} %; until then the numbers are too small`,
          ),
      data.attention.length === 0
        ? ""
        : el(
            "div",
            { class: "attention" },
            el("strong", {}, "Attention"),
            el("ul", {}, ...data.attention.map((line) => el("li", {}, line))),
          ),
      el(
        "ul",
        { class: "strip" },
        ...data.stages.map((stage) =>
          el(
            "li",
            { class: stage.name === data.bottleneck ? "slowest" : null },
            el("div", { class: "stage" }, stage.name),
            el("div", { class: "count" }, count.format(stage.done)),
            el("div", {}, `${count.format(stage.waiting)} waiting`),
            el("div", { class: "faint" }, `${stage.perSecond.toFixed(1)} a second`),
            el("div", { class: "faint" }, time(stage.secondsLeft)),
            stage.name === data.bottleneck
              ? el("div", {}, el("strong", {}, "bottleneck"))
              : null,
          ),
        ),
      ),
      button("Stop the run", "stop") ?? "",
      ...(data.changes.length === 0 ? [] : [el("h2", {}, "What people asked for"), asked(data)]),
    );
  },
};

function recordsAddress(line) {
  return `/records/${line.topic}?${new URLSearchParams(line.where ?? {})}`;
}

const funnel = {
  title: "Funnel",
  load: () => json("/api/funnel"),
  draw(data, view) {
    let whole = 1;
    const rows = data.lines.map((line) => {
      if (line.depth === 0) {
        whole = line.count;
      }
      const bar = el("meter", {
        min: 0,
        max: Math.max(1, whole),
        value: line.count,
        "aria-label": `${line.name} of ${count.format(whole)}`,
      });
      return [
        { text: line.name, class: line.depth === 0 ? null : "part" },
        linked(count.format(line.count), recordsAddress(line), "number"),
        { node: bar, class: "bar" },
      ];
    });
    view.replaceChildren(
      el("h1", {}, "Funnel"),
      el("p", { class: "faint" }, "Each number leads to its newest records."),
      table([{ text: "what" }, { text: "count", class: "number" }, { text: "share" }], rows),
    );
  },
};

const scores = {
  title: "Scores",
  load: () => json("/api/scores"),
  draw(data, view) {
    const policies = data.policies.map((policy) => [
      policy.name,
      policy.algorithm,
      number(count.format(policy.steps)),
      score(policy.greedy),
      score(policy.sampled),
      {
        text: policy.gate ?? (policy.request ? "served again on request" : ""),
        class: policy.promoted ? null : "bad",
      },
      policy.version,
    ]);
    const paired = (data.paired?.rows ?? []).map((row) => [
      row.pair,
      row.mode,
      {
        text: `${signed(row.difference)} [${signed(row.low)}, ${signed(row.high)}]`,
        class: `number ${row.low > 0 ? "good" : row.high < 0 ? "bad" : ""}`,
      },
      number(row.lost),
      number(row.gained),
      number(probability(row.p)),
      number(probability(row.holm)),
    ]);
    view.replaceChildren(
      el("h1", {}, "Scores"),
      el("p", { class: "faint" }, data.benchmark ? `on ${data.benchmark}` : "not evaluated yet"),
      table(
        [
          "policy",
          "algorithm",
          { text: "steps", class: "number" },
          { text: "greedy pass@1 [95 %]", class: "number" },
          { text: "sampled pass@1 [95 %]", class: "number" },
          "gate",
          "version",
        ],
        policies,
      ),
      el("h2", {}, "Each policy against the one before it, on the same questions"),
      paired.length === 0
        ? el("p", { class: "faint" }, "There is no pair yet.")
        : table(
            [
              "pair",
              "mode",
              { text: "difference [95 %]", class: "number" },
              { text: "lost", class: "number" },
              { text: "gained", class: "number" },
              { text: "exact p", class: "number" },
              { text: "Holm p", class: "number" },
            ],
            paired,
          ),
    );
  },
};

function probability(value) {
  return value < 0.0001 ? "<0.0001" : value.toFixed(4);
}

const TOPICS = [
  "problems",
  "rejected-candidates",
  "teacher-solutions",
  "student-rollouts",
  "graded-rollouts",
  "demonstrations",
  "labelled-completions",
  "preference-pairs",
  "stage-outcomes",
  "training-steps",
  "policies",
  "evaluations",
  "alarms",
  "stalls",
];

const records = {
  title: "Records",
  live: false,
  load: (path, query) =>
    path.length < 2 ? Promise.resolve(null) : json(`/api/records/${path[1]}?${query}`),
  draw(data, view) {
    const chooser = el(
      "nav",
      { class: "controls", "aria-label": "Topics" },
      ...TOPICS.map((topic) => el("a", { href: `/records/${topic}` }, topic)),
    );
    if (data === null) {
      view.replaceChildren(el("h1", {}, "Records"), chooser);
      return;
    }
    const where = Object.entries(data.where).map(([key, value]) => `${key} ${value}`);
    view.replaceChildren(
      el("h1", {}, ["Newest records of ", data.topic, where.length ? ", " : "", ...where].join("")),
      chooser,
      el(
        "p",
        { class: "faint" },
        `${data.records.length} shown` +
          (where.length
            ? `, found in the newest ${count.format(data.looked)}`
            : ""),
      ),
      ...data.records.map((record) => {
        const problem = record.event?.problemId;
        return el(
          "div",
          { class: "card" },
          el(
            "div",
            { class: "faint" },
            `${record.time ?? ""} partition ${record.partition} offset ${record.offset} `,
            problem ? el("a", { href: `/problem/${encodeURIComponent(problem)}` }, "problem") : null,
          ),
          el("pre", {}, record.unreadable ?? JSON.stringify(record.event, null, 2)),
        );
      }),
    );
  },
};

function stepLinks(ids) {
  return ids.length === 0
    ? ["none"]
    : ids.flatMap((id) => [el("a", { href: `/step/${id}` }, id), " "]);
}

/** The rollouts of a group side by side. */
function side(group) {
  return el(
    "div",
    { class: "side" },
    ...group.completions.map((completion) =>
      el(
        "div",
        { class: "card" },
        el(
          "div",
          { class: VERDICTS[completion.verdict] ?? "faint" },
          `${completion.index}: ${completion.verdict ?? "not graded yet"}, answer ` +
            (completion.answer ?? "none"),
        ),
        el("div", { class: "faint" }, completion.reason ?? ""),
        el("pre", {}, completion.text),
      ),
    ),
  );
}

const group = {
  title: "Group",
  live: false,
  load: (path) => json(`/api/problem/${encodeURIComponent(path[1] ?? "")}`),
  draw(data, view, { path }) {
    const groups = data.rollouts.filter((one) => String(one.iteration) === path[2]);
    const rows = data.rows.filter((learnt) =>
      groups.some((one) => one.id === learnt.row.rollout),
    );
    view.replaceChildren(
      el("h1", {}, `Group of iteration ${path[2]}`),
      el(
        "p",
        {},
        el("a", { href: `/problem/${encodeURIComponent(data.problem)}` }, "the problem"),
        ", reference answer ",
        data.solutions[0]?.answer ?? "none",
      ),
      el("pre", {}, data.question),
      ...groups.flatMap((one) => [
        el(
          "p",
          {},
          `${one.completions.filter((c) => c.verdict === "MATCH").length} of ` +
            `${one.completions.length} right, by ${one.policy}`,
        ),
        side(one),
      ]),
      groups.length === 0 ? el("p", {}, "There is no such group.") : "",
      el("h2", {}, "Rows and the steps that learnt from them"),
      learntFrom(rows),
    );
  },
};

function learntFrom(rows) {
  return table(
    ["kind", "row", "steps"],
    rows.map((learnt) => [
      learnt.row.kind,
      learnt.row.id,
      { node: el("span", {}, ...stepLinks(learnt.steps)) },
    ]),
  );
}

const problem = {
  title: "Problem",
  live: false,
  load: (path) => json(`/api/problem/${encodeURIComponent(path[1] ?? "")}`),
  draw(data, view) {
    view.replaceChildren(
      el("h1", {}, `Problem ${data.problem}`),
      el("pre", {}, data.question),
      el("h2", {}, "Where it comes from"),
      ...data.candidates.map((candidate) =>
        el(
          "p",
          {},
          `by ${candidate.agent}, round ${candidate.round}: ${candidate.fate}; seed `,
          el("a", { href: `/problem/${encodeURIComponent(candidate.seed)}` }, candidate.seed),
          candidate.parent ? ", parent " : "",
          candidate.parent
            ? el("a", { href: `/problem/${encodeURIComponent(candidate.parent)}` }, candidate.parent)
            : "",
        ),
      ),
      el("h2", {}, "Solutions"),
      ...data.solutions.map((solution) =>
        el(
          "div",
          { class: "card" },
          el(
            "div",
            {},
            `${solution.status}, answer ${solution.answer ?? "none"}` +
              (solution.model ? `, by ${solution.model}` : ""),
          ),
          el("pre", {}, solution.text),
        ),
      ),
      ...data.rollouts.flatMap((group) => [
        el(
          "h2",
          {},
          el(
            "a",
            { href: `/group/${encodeURIComponent(data.problem)}/${group.iteration}` },
            `Rollouts for iteration ${group.iteration} by ${group.policy}`,
          ),
        ),
        side(group),
      ]),
      el("h2", {}, "Rows and the steps that learnt from them"),
      learntFrom(data.rows),
      el("p", {}, "Policies: ", data.policies.join(", ") || "none"),
    );
  },
};

const step = {
  title: "Step",
  live: false,
  load: (path) => json(`/api/step/${path.slice(1).map(encodeURIComponent).join("/")}`),
  draw(data, view) {
    view.replaceChildren(
      el("h1", {}, `Step ${data.step} of ${data.steps} (${data.algorithm})`),
      table(
        ["figure", { text: "value", class: "number" }],
        Object.entries(data.figures).map(([name, value]) => [
          NAMES[name] ?? name,
          number(shown(value)),
        ]),
      ),
      el("p", {}, "Policies: ", data.policies.join(", ") || "none"),
      el("h2", {}, `${data.rows.length} rows`),
      ...data.rows.map((row) =>
        el(
          "div",
          { class: "card" },
          el(
            "div",
            { class: { desirable: "good", undesirable: "bad" }[row.kind] },
            `${row.kind} `,
            el("a", { href: `/problem/${encodeURIComponent(row.problem)}` }, "problem"),
          ),
          el("pre", {}, row.question),
          ...row.answers.map((answer) => el("pre", {}, answer)),
        ),
      ),
    );
  },
};

export const views = {
  now,
  funnel,
  curves,
  scores,
  policies,
  verdicts,
  difficulty,
  money,
  letters,
  compare,
  ask,
  records,
  problem,
  group,
  step,
};
