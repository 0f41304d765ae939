// Where the views come from: the server, or the data that a saved page has in itself.

const element = document.getElementById("saved");

/** What a saved page has, { time, views by address }; null where a server answers. */
export const saved = element === null ? null : JSON.parse(element.textContent);

/** The address of the view that is shown; a saved page is one file and has it behind the #. */
export function shownAddress() {
  return saved ? location.hash.slice(1) || "/now" : location.pathname + location.search;
}

/** The time that is shown, ISO 8601; null for now. */
export function shownTime() {
  return saved ? null : new URLSearchParams(location.search).get("at");
}

/** An address of the page at a time; null for now. */
export function atTime(address, time) {
  const [path, query] = address.split("?", 2);
  const fields = new URLSearchParams(query);
  fields.delete("at");
  if (time !== null) {
    fields.set("at", time);
  }
  return fields.size === 0 ? path : `${path}?${fields}`;
}

/** What a view was made of: the share of the records that is read, 0 to 1, of several answers the least. */
export const answer = { read: 1 };

function fromFile(address) {
  const view = saved.views[address.replace(/[?]$/, "")];
  if (view !== undefined) {
    return view;
  }
  const more = address.match(/^[/]api[/]curves[?]from=(\d+)$/);
  if (more) {
    return { from: Number(more[1]), ids: [], columns: {} };
  }
  throw new Error(
    "This file does not have that; './orcaflow ui' shows everything, './orcaflow lineage' one step or problem.",
  );
}

/** The JSON of an address; its error if it has one. */
export async function json(address) {
  if (saved) {
    return fromFile(address);
  }
  const response = await fetch(atTime(address, shownTime()));
  answer.read = Math.min(answer.read, Number(response.headers.get("X-Orcaflow-Reading") ?? 1));
  const body = await response.json();
  if (!response.ok) {
    throw new Error(body.error);
  }
  return body;
}
