// What the page may change. It has the token of the terminal's link, asks once more with what would
// happen, and sends a reason.

import { el } from "/dom.js";
import { saved } from "/source.js";

const KEY = "orcaflow-token";

/** Takes the token out of the address, so that nobody copies it with the address. */
function takeToken() {
  const found = location.hash.match(/^#token=([0-9a-f]+)$/);
  if (found) {
    sessionStorage.setItem(KEY, found[1]);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem(KEY);
}

const token = saved ? null : takeToken();
let possible = [];

/** Whether the page was opened by the terminal's link. */
export function mayAsk() {
  return token !== null;
}

/** The answer of an address that needs the token. */
export async function request(address, fields) {
  const response = await fetch(address, {
    method: fields === undefined ? "GET" : "POST",
    headers: { "X-Orcaflow-Token": token },
    body: fields === undefined ? undefined : JSON.stringify(fields),
  });
  const body = await response.json();
  if (!response.ok) {
    throw new Error(body.error);
  }
  return body;
}

/** Learns what may be changed; nothing without a token that this server gave. */
export async function learn() {
  if (token !== null) {
    try {
      possible = await request("/api/changes");
    } catch {
      sessionStorage.removeItem(KEY);
    }
  }
}

function input(label, value) {
  const field = el("input", { type: "text", value, required: true });
  return { field, row: el("label", {}, `${label} `, field) };
}

/**
 * A button that changes something, or null where that is not possible.
 *
 * @param title what the button says
 * @param change name of the change
 * @param fields of the change
 * @param asked { field: [label, value] } to be filled in
 */
export function button(title, change, fields = {}, asked = {}) {
  if (!possible.includes(change)) {
    return null;
  }
  const opener = el("button", { type: "button" }, title);
  opener.addEventListener("click", () => open(title, change, fields, asked));
  return opener;
}

function open(title, change, fields, asked) {
  const inputs = Object.entries(asked).map(([name, [label, value]]) => [name, input(label, value)]);
  const why = input("why", "");
  const said = el("p", { role: "status" });
  const look = el("button", { type: "button" }, "What would happen");
  const confirm = el("button", { type: "button", disabled: true }, "Do it");
  const close = el("button", { type: "button" }, "Cancel");
  const dialog = el(
    "dialog",
    { "aria-label": title },
    el("h2", {}, title),
    ...inputs.map(([, one]) => one.row),
    why.row,
    said,
    el("div", { class: "controls" }, look, confirm, close),
  );
  const all = () => ({
    ...fields,
    ...Object.fromEntries(inputs.map(([name, one]) => [name, one.field.value.trim()])),
  });
  const say = (text, bad) => {
    said.textContent = text;
    said.className = bad ? "bad" : "";
  };
  const attempt = async (address, body, then) => {
    try {
      say((await request(address, body)).sentence, false);
      then();
    } catch (failure) {
      say(failure.message, true);
    }
  };
  look.addEventListener("click", () =>
    attempt(`/api/changes/${change}?preview`, all(), () => (confirm.disabled = false)),
  );
  inputs.forEach(([, one]) =>
    one.field.addEventListener("input", () => (confirm.disabled = true)),
  );
  confirm.addEventListener("click", () => {
    confirm.disabled = true;
    attempt(`/api/changes/${change}`, { ...all(), because: why.field.value }, () => {
      look.disabled = true;
      close.textContent = "Close";
    });
  });
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  if (inputs.length === 0) {
    look.click();
  }
}
