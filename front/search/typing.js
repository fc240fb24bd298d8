// What a field of the search and its list have in common: it looks while a reader types, and says what it found.
import { plain } from "./words.js";

/** @import { Hit } from "./types.js" */
/** @typedef {Promise<(asked: string) => Hit[]>} Finder */
/** @typedef {(asked: string, hits: Hit[]) => void} Show */

const PAUSE = 80; // milliseconds after a letter
const LONGEST = 200; // of what is asked; an address may hold anything
const HINT = "A theorem, a symbol (λ or lambda), a function, or any words of the book.";
const NOTHING = "Try fewer or other words, a symbol’s name, such as lambda, or the book’s contents.";

/** The field of a form, a line that is read out when it changes, and the list.
 * @param {Element} form @param {string} name */
export function parts(form, name) {
  const field = /** @type {HTMLInputElement} */ (form.querySelector("input[name=q]"));
  field.maxLength = LONGEST;
  const said = document.createElement("p");
  said.className = "said";
  said.setAttribute("role", "status");
  const list = document.createElement("ol");
  list.id = name;
  return { field, said, list };
}

/** What to call so that the list follows the field. It does by itself while a reader types.
 * @param {ReturnType<typeof parts>} parts @param {Finder} find @param {Show} show */
export function following({ field, said }, find, show) {
  let waiting = 0;
  const look = async () => {
    const asked = field.value.trim().slice(0, LONGEST);
    try {
      const hits = plain(asked) ? (await find)(asked) : [];
      if (asked === field.value.trim().slice(0, LONGEST)) show(asked, hits);
    } catch (error) {
      said.textContent = `The search could not be loaded: ${error instanceof Error ? error.message : error}.`;
    }
  };
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(look, PAUSE);
  });
  return look;
}

/** @param {string} asked @param {Hit[]} hits @param {number} shown */
export function told(asked, hits, shown) {
  if (!plain(asked)) return HINT;
  if (!hits.length) return `Nothing is found for “${asked}”. ${NOTHING}`;
  if (hits.length === 1) return "One place.";
  return hits.length > shown ? `${hits.length} places, the first ${shown} here.` : `${hits.length} places.`;
}

/** How many places further a key leads. @param {string} key */
export const stepOf = (key) => (key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0);
