// Elements, tables and numbers of the views. Every text of the run becomes the text of a node and
// never markup.

/** Classes of verdicts. */
export const VERDICTS = { MATCH: "good", MISMATCH: "bad" };

export const count = new Intl.NumberFormat("en");

/** An element with attributes and children; strings become text. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? "" : value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A table; a cell is a text, or has a text or a node and a class. */
export function table(head, rows) {
  const cell = (kind, value) => {
    const td = el(kind, { class: value.class, scope: kind === "th" ? "col" : null });
    td.append(value.node ?? String(value.text ?? value));
    return td;
  };
  return el(
    "div",
    { class: "scroll", tabindex: 0 },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...head.map((value) => cell("th", value)))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((v) => cell("td", v))))),
    ),
  );
}

export const number = (value) => ({ text: value, class: "number" });
export const linked = (text, address, kind) => ({ node: el("a", { href: address }, text), class: kind });

/** A score with its interval, as a cell. */
export function score(value) {
  return value === undefined
    ? number("")
    : number(`${value.accuracy.toFixed(3)} [${value.low.toFixed(3)}, ${value.high.toFixed(3)}]`);
}

/** A difference with its sign. */
export function signed(value) {
  return `${value < 0 ? "" : "+"}${value.toFixed(3)}`;
}
