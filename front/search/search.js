// The search, in the dialog of every page and on a page of its own: loads what can be found, and joins it to the
// fields in which a reader types.
import { inDialog } from "./dialog.js";
import { finder, unpack } from "./find.js";
import { onItsPage } from "./page.js";

/** @import { Hit, Stored } from "./types.js" */

const own = new URL(/** @type {HTMLScriptElement} */ (document.currentScript).src);
const book = new URL(document.documentElement.dataset.content_root ?? "./", document.baseURI);

const style = document.createElement("link");
style.rel = "stylesheet";
style.href = new URL(`search.css${own.search}`, own).href;
document.head.append(style);

/** @returns {Promise<(asked: string) => Hit[]>} */
function loaded() {
  const places = document.createElement("script");
  places.src = new URL("places.js", own).href;
  return new Promise((resolve, reject) => {
    places.onload = () => {
      const { bookPlaces } = /** @type {{ bookPlaces: Stored }} */ (/** @type {unknown} */ (globalThis));
      resolve(finder(unpack(bookPlaces)));
    };
    places.onerror = () => reject(new Error("the list of places did not come"));
    document.head.append(places);
  });
}

const find = loaded();
for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form.bd-search"))) {
  const dialog = form.closest("dialog");
  const results = document.getElementById("search-results");
  if (dialog) inDialog(form, dialog, find, book);
  else if (results) onItsPage(form, results, find, book);
}
