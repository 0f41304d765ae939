// Where the views come from: the server, or the data that a saved page has in itself.

const element = document.getElementById("saved");

/** What a saved page has, { time, views by address }; null where a server answers. */
export const saved = element === null ? null : JSON.parse(element.textContent);

/** The address of the view that is shown; a saved page is one file and has it behind the #. */
export function shownAddress() {
  return saved ? location.hash.slice(1) || "/now" : location.pathname + location.search;
}

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
  const response = await fetch(address);
  const body = await response.json();
  if (!response.ok) {
    throw new Error(body.error);
  }
  return body;
}
