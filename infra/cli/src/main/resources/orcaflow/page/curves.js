// The curves of training, with those of other runs over them.

import { Chart, Series } from "/chart.js";
import { el } from "/dom.js";
import { json, shownTime } from "/source.js";

export const NAMES = {
  loss: "loss",
  kl: "KL",
  rewardChosen: "reward of chosen",
  rewardRejected: "reward of rejected",
  rewardMargin: "reward margin",
  gradNorm: "gradient norm",
  learningRate: "learning rate",
  ageMean: "age of rows, in policies",
  ageMax: "largest age, in policies",
  mismatchMax: "mismatch of sampler and trainer",
  tokens: "tokens a step",
  seconds: "seconds a step",
};

/** The most runs that can be over this one. */
const MOST = 3;

const iteration = (id) => id.slice(0, id.indexOf("/"));

/** The steps of a run, or of several, which grow at their end. */
class Steps {
  constructor() {
    this.ids = [];
    /** Where an iteration begins: [{ index, name }]. */
    this.marks = [];
    this.columns = {};
  }

  append(ids, columns) {
    for (const id of ids) {
      const name = iteration(id);
      if (this.marks.at(-1)?.name !== name) {
        this.marks.push({ index: this.ids.length, name });
      }
      this.ids.push(id);
    }
    for (const [name, numbers] of Object.entries(columns)) {
      this.columns[name] ??= new Series();
      this.columns[name].append(numbers);
    }
  }
}

/**
 * The steps of all runs in one order: those of an iteration are together, and a step of the same
 * name is the same point.
 */
export function together(runs) {
  const byIteration = new Map();
  for (const { ids } of runs) {
    for (const id of ids) {
      const name = iteration(id);
      if (!byIteration.has(name)) {
        byIteration.set(name, new Set());
      }
      byIteration.get(name).add(id);
    }
  }
  return [...byIteration.values()].flatMap((ids) => [...ids]);
}

/** Of each run where its points are in the order of all; -1 for a step that it has not. */
function places(runs, axis) {
  return runs.map(({ ids }) => {
    const at = new Map(ids.map((id, index) => [id, index]));
    return axis.map((id) => at.get(id) ?? -1);
  });
}

/** Lines over each other, by name; a step that a run has not is a gap in its line. */
function overlaid(runs) {
  const axis = together(runs);
  const at = places(runs, axis);
  const all = new Steps();
  all.append(axis, {});
  for (const name of Object.keys(NAMES)) {
    all.columns[name] = runs.map(({ columns }, run) => {
      const line = new Series();
      line.append(at[run].map((index) => columns[name]?.at(index) ?? null));
      return line;
    });
  }
  return all;
}

const own = { time: null, steps: new Steps() };
const others = new Map();

/** Another run's steps, read once: a run that is compared stands still. */
async function other(run) {
  if (!others.has(run)) {
    const steps = new Steps();
    const { ids, columns } = await json(`/api/curves/${encodeURIComponent(run)}`);
    steps.append(ids, columns);
    others.set(run, steps);
  }
  return others.get(run);
}

const FRESH_MILLIS = 30000;
const listed = { time: -Infinity, runs: [] };

/** The other runs of the cluster, which change seldom and are not asked for at each event. */
async function runs() {
  if (performance.now() - listed.time > FRESH_MILLIS) {
    Object.assign(listed, { time: performance.now(), runs: await json("/api/runs") });
  }
  return listed.runs;
}

/** The runs that the address names. */
function chosen(query) {
  return new URLSearchParams(query).getAll("with").slice(0, MOST);
}

/** The address with a run more, or less. */
function toggled(run, shown) {
  const left = shown.includes(run) ? shown.filter((name) => name !== run) : [...shown, run];
  const fields = left.map((name) => `with=${encodeURIComponent(name)}`).join("&");
  return fields === "" ? "/curves" : `/curves?${fields}`;
}

/** Which line is which, and links that take a run away or bring one. */
function legend(self, all, shown) {
  const key = (name, number) =>
    el("span", { class: `key line-${number}` }, name);
  const bring = all.filter((run) => !shown.includes(run));
  return [
    el("span", {}, key(self, 0)),
    ...shown.map((run, number) =>
      el(
        "span",
        {},
        key(run, number + 1),
        " ",
        el("a", { href: toggled(run, shown), "aria-label": `without ${run}` }, "\u00d7"),
      ),
    ),
    ...(shown.length < MOST ? bring : []).map((run) =>
      el("a", { href: toggled(run, shown) }, `+ ${run}`),
    ),
  ];
}

async function load(path, query) {
  if (own.time !== shownTime()) {
    Object.assign(own, { time: shownTime(), steps: new Steps() });
  }
  const [more, all] = await Promise.all([
    json(`/api/curves?from=${own.steps.ids.length}`),
    runs(),
  ]);
  if (more.from === own.steps.ids.length) {
    own.steps.append(more.ids, more.columns);
  }
  const shown = chosen(query);
  return { shown, runs: all, steps: [own.steps, ...(await Promise.all(shown.map(other)))] };
}

export const curves = {
  title: "Curves",
  load,
  draw(data, view, { open }) {
    if (!view.querySelector(".charts")) {
      const slider = el("input", { type: "range", min: 0, max: 0.99, step: 0.01, value: 0.8 });
      this.weight = slider;
      this.charts = {};
      view.replaceChildren(
        el("h1", {}, "Curves"),
        el(
          "div",
          { class: "controls" },
          el("label", {}, "smoothing ", slider),
          el("span", { class: "faint" }, "A click on a point opens its step."),
        ),
        el("nav", { class: "controls runs", "aria-label": "Runs over each other" }),
        el("div", { class: "charts" }),
      );
      slider.addEventListener("input", () => this.lines());
    }
    this.data = data;
    this.open = open;
    view
      .querySelector(".runs")
      .replaceChildren(...(data.runs.length === 0 ? [] : legend("this run", data.runs, data.shown)));
    this.place = view.querySelector(".charts");
    this.lines();
  },
  /** The points and lines of one run as they are, of several over each other. */
  points() {
    const { steps, shown } = this.data;
    if (steps.length === 1) {
      return steps[0];
    }
    const key = `${shown} ${steps.map(({ ids }) => ids.length)}`;
    if (this.key !== key) {
      Object.assign(this, { key, overlaid: overlaid(steps) });
    }
    return this.overlaid;
  },
  lines() {
    const { ids, marks, columns } = this.points();
    if (ids.length === 0) {
      this.place.replaceChildren(el("p", {}, "No step is trained yet."));
      this.charts = {};
      return;
    }
    if (Object.keys(this.charts).length === 0) {
      this.place.replaceChildren();
    }
    for (const [name, one] of Object.entries(columns)) {
      const lines = [one].flat();
      if (!this.charts[name] && lines.every((line) => line.empty)) {
        continue;
      }
      if (!this.charts[name]) {
        const open = (index, points) => this.open(`/step/${points[index]}`);
        this.charts[name] = new Chart(NAMES[name] ?? name, open);
        this.place.append(this.charts[name].figure);
      }
      this.charts[name].show(ids, marks, lines, Number(this.weight.value));
    }
  },
};
