// The search on a page of its own: a list of links, which the arrow keys walk too.
import { item } from "./list.js";
import { following, parts, stepOf, told } from "./typing.js";

/** @import { Hit } from "./types.js" */
/** @import { Finder } from "./typing.js" */

const SHOWN = 40;

/** @param {HTMLFormElement} form @param {HTMLElement} results @param {Finder} find @param {URL} book */
export function onItsPage(form, results, find, book) {
  const own = parts(form, "search-page-list");
  const { field, said, list } = own;
  results.classList.add("book-search");
  results.append(said, list);
  const given = new URLSearchParams(location.search).get("q") ?? "";

  /** @param {string} asked @param {Hit[]} hits */
  function show(asked, hits) {
    list.replaceChildren(...hits.slice(0, SHOWN).map((hit) => item(hit, book)));
    list.hidden = !hits.length;
    said.textContent = told(asked, hits, SHOWN);
    if (asked !== given.trim()) remember(asked);
  }

  results.parentElement?.addEventListener("keydown", (event) => {
    const step = stepOf(event.key);
    if (!step) return;
    event.preventDefault();
    const walked = /** @type {Element[]} */ ([field, ...list.querySelectorAll("a")]);
    const next = walked[walked.indexOf(document.activeElement ?? field) + step];
    if (next instanceof HTMLElement) next.focus();
  });
  const look = following(own, find, show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    look();
  });
  field.value = given;
  field.focus();
  field.select();
  look();
}

/** In the page's address, so that the way back leads to the same list. @param {string} asked */
function remember(asked) {
  const address = new URL(location.href);
  address.searchParams.set("q", asked);
  history.replaceState(history.state, "", address);
}
