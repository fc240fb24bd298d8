// The search in the dialog of every page: a combobox. The arrow keys walk the list while the cursor stays in the field.
import { item } from "./list.js";
import { following, parts, stepOf, told } from "./typing.js";
import { plain } from "./words.js";

/** @import { Hit } from "./types.js" */
/** @import { Finder } from "./typing.js" */

const SHOWN = 8;

/** @param {HTMLFormElement} form @param {HTMLDialogElement} dialog @param {Finder} find @param {URL} book */
export function inDialog(form, dialog, find, book) {
  const own = parts(form, "search-dialog-list");
  const { field, said, list } = own;
  const results = document.createElement("div");
  results.className = "book-search";
  results.append(said, list);
  form.after(results);
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Places of the book");
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);

  /** @type {HTMLAnchorElement[]} */
  let options = [];
  let chosen = -1;

  /** @param {number} place none is -1 */
  function choose(place) {
    chosen = place;
    for (const [each, option] of options.entries()) option.setAttribute("aria-selected", `${each === place}`);
    if (place < 0) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", options[place].id);
    options[place].scrollIntoView({ block: "nearest" });
  }

  /** @param {string} asked @param {Hit[]} hits */
  function show(asked, hits) {
    list.replaceChildren(...hits.slice(0, SHOWN).map((hit) => item(hit, book)));
    options = [...list.querySelectorAll("a")];
    for (const [place, option] of options.entries()) {
      option.parentElement?.setAttribute("role", "none");
      option.setAttribute("role", "option");
      option.id = `${list.id}-${place}`;
      option.tabIndex = -1;
    }
    list.hidden = !options.length;
    field.setAttribute("aria-expanded", `${!list.hidden}`);
    said.textContent = told(asked, hits, SHOWN) + (hits.length > SHOWN ? " Enter lists all." : "");
    list.scrollTop = 0;
    choose(-1);
  }

  field.addEventListener("keydown", (event) => {
    const step = stepOf(event.key);
    if (step && options.length) {
      event.preventDefault();
      // Beyond either end of the list it is the field's turn.
      const turns = options.length + 1;
      choose(((chosen + 1 + step + turns) % turns) - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      options[chosen].click();
    }
  });
  dialog.addEventListener("close", () => field.select()); // what is typed next is another question
  list.addEventListener("click", () => dialog.close()); // the place may be on this very page
  form.addEventListener("submit", (event) => {
    if (!plain(field.value)) event.preventDefault();
  });
  const look = following(own, find, show);
  show("", []);
  look(); // what was typed before this script came
}
