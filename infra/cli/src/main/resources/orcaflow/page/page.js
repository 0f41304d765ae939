// Which view is shown, and when it is drawn again. Every view has an address of its own.

import { learn } from "/changes.js";
import { el } from "/dom.js";
import { answer, atTime, json, saved, shownAddress, shownTime } from "/source.js";
import { views } from "/views.js";

const place = document.getElementById("view");
const state = document.getElementById("state");
let drawn = 0;
let loading = false;
let stale = false;
let entered = false;
let held = false;

function current() {
  const [name, query] = shownAddress().split("?", 2);
  const path = name.split("/").filter(Boolean).map(decodeURIComponent);
  return { path, view: views[path[0] ?? "now"], query: query ?? "" };
}

function open(address) {
  if (saved) {
    location.hash = address;
  } else {
    history.pushState(null, "", atTime(address, shownTime()));
    enter();
  }
}

function enter() {
  place.replaceChildren(el("p", { class: "faint" }, "loading"));
  const { path, view } = current();
  for (const link of document.querySelectorAll("header nav a")) {
    if (link.getAttribute("href") === `/${path[0] ?? "now"}`) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  }
  document.title = `${view?.title ?? "No such view"} - orcaflow`;
  if (times.hidden) {
    place.focus();
  }
  entered = true;
  refresh();
}

/** What has the focus has it again when the view is drawn again. */
function keepingFocus(draw) {
  const all = () => [...place.querySelectorAll("a[href], button, input, [tabindex]")];
  const at = all().indexOf(document.activeElement);
  draw();
  if (at >= 0) {
    all()[at]?.focus({ preventScroll: true });
  }
}

async function refresh() {
  const mine = ++drawn;
  const { path, view, query } = current();
  if (!view) {
    place.replaceChildren(el("p", {}, "There is no such view."));
    return;
  }
  loading = true;
  stale = false;
  answer.read = 1;
  try {
    const data = await view.load(path, query);
    if (held) {
      stale = true;
    } else if (mine === drawn) {
      keepingFocus(() => view.draw(data, place, { open, path }));
      if (entered) {
        entered = false;
        requestAnimationFrame(() => performance.mark("shown"));
      }
    }
  } catch (failure) {
    if (mine === drawn) {
      place.replaceChildren(el("p", { class: "attention", role: "alert" }, failure.message));
    }
  }
  loading = false;
  sayTime();
  if (stale && !held) {
    refresh();
  }
}

function sayTime() {
  if (shownTime() === null) {
    return;
  }
  const share = answer.read < 1 ? `, ${Math.floor(100 * answer.read)} % read` : "";
  state.textContent = `as of ${shownTime()}${share}`;
  if (answer.read < 1) {
    setTimeout(refresh, 500);
  }
}

function news() {
  if (shownTime() !== null || current().view?.live === false) {
    return;
  }
  if (loading || held) {
    stale = true;
  } else {
    refresh();
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/']");
  const another = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;
  if (link && (saved || !another)) {
    event.preventDefault();
    open(link.getAttribute("href"));
  }
});
// A click is lost where its element goes between pressing and letting go.
document.addEventListener("pointerdown", () => (held = true));
for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, () =>
    setTimeout(() => {
      held = false;
      if (stale && !loading) {
        refresh();
      }
    }),
  );
}
window.addEventListener(saved ? "hashchange" : "popstate", enter);

document.getElementById("theme").addEventListener("click", () => {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const shown = document.documentElement.dataset.theme ?? (dark ? "dark" : "light");
  document.documentElement.dataset.theme = shown === "dark" ? "light" : "dark";
  refresh();
});

/** Shows the run as it was at a time; null for now. */
function showTime(time) {
  history.pushState(null, "", atTime(location.pathname + location.search, time));
  state.textContent = time === null ? "live" : `as of ${time}`;
  enter();
}

const times = document.getElementById("times");
const slider = document.getElementById("slider");

async function openTimes() {
  const { first, last } = await json("/api/time");
  if (first === undefined) {
    return;
  }
  const begin = Date.parse(first);
  // One more, as a time shows what is before it.
  const end = Date.parse(last) + 1;
  const step = Math.max(1, Math.round((end - begin) / 1000));
  slider.min = begin;
  slider.step = step;
  slider.max = begin + step * Math.ceil((end - begin) / step);
  slider.value = shownTime() === null ? slider.max : Date.parse(shownTime());
  times.hidden = false;
  sliding();
  slider.focus();
}

function sliding() {
  const time = new Date(Number(slider.value)).toISOString();
  document.getElementById("at").textContent = time;
  slider.setAttribute("aria-valuetext", time);
}

document.getElementById("time").hidden = saved !== null;
document.getElementById("time").addEventListener("click", openTimes);
slider.addEventListener("input", sliding);
slider.addEventListener("change", () =>
  showTime(new Date(Number(slider.value)).toISOString()),
);
document.getElementById("live").addEventListener("click", () => {
  times.hidden = true;
  showTime(null);
});

if (saved) {
  state.textContent = `saved ${saved.time}`;
} else {
  const live = new EventSource("/api/live");
  live.addEventListener("news", news);
  live.addEventListener("open", () => shownTime() ?? (state.textContent = "live"));
  live.addEventListener("error", () => shownTime() ?? (state.textContent = "not connected"));

  // Rates and the time that is left change without an event.
  setInterval(() => current().view === views.now && news(), 1000);
}

learn().then(enter);
