// The button that gives the code of a frame: what moves here, on a page of the reader's own. It stands there without the
// book around it, at an address that embedding.py (bookkit/extensions) has made.

/** @param {string} text */
const quoted = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/** @typedef {{ page: string, name: string, title: string }} What page: its file's name in explorers/; name: in addresses. */

/** Where it stands alone, in the state that this page's address tells.
 * @param {What} what @param {string} root the way to the book's folder */
function alone({ page, name }, root) {
  const url = new URL(`${root}explorers/${page}.html`, location.href);
  const own = location.search.slice(1).split("&");
  url.search = own.filter((part) => part.startsWith(`${name}.`)).join("&");
  return url.href;
}

/** @param {string} label @param {string} text */
function field(label, text) {
  const element = document.createElement("label");
  const area = document.createElement("textarea");
  Object.assign(area, { value: text, readOnly: true, rows: 3, className: "copied", spellcheck: false });
  area.addEventListener("focus", () => area.select());
  element.append(label, area);
  return element;
}

/** A button at the foot of what it embeds; none where the book is not around, as in a frame.
 * @param {Element} live @param {What} what */
export function offerToEmbed(live, what) {
  const { content_root: root } = document.documentElement.dataset;
  const foot = live.querySelector(".foot");
  if (root === undefined || !foot) return;
  const panel = document.createElement("div");
  panel.className = "embed";
  panel.hidden = true;
  const button = document.createElement("button");
  Object.assign(button, { type: "button", textContent: "Embed", ariaExpanded: "false" });
  button.addEventListener("click", () => {
    panel.hidden = !panel.hidden;
    button.ariaExpanded = String(!panel.hidden);
    if (panel.hidden) return;
    const address = alone(what, root);
    const height = Math.ceil(live.getBoundingClientRect().height) + 40;
    const frame =
      `<iframe src="${quoted(address)}" title="${quoted(what.title)}" width="100%" height="${height}" ` +
      'style="border: 0" loading="lazy" allow="clipboard-write"></iframe>';
    panel.replaceChildren(
      field("For a page that takes HTML, as it stands now:", frame),
      field("For a learning platform that takes a link:", `${what.title}: ${address}`),
    );
    panel.querySelector("textarea")?.focus();
  });
  foot.querySelector(".buttons")?.append(button);
  foot.append(panel);
}
