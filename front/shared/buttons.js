// Buttons, and what those do that copy.
import { make } from "./format.js";

/** @param {string} label @param {() => void} pressed */
export function button(label, pressed) {
  const element = make("button", { type: "button" }, label);
  element.addEventListener("click", pressed);
  return element;
}

/** @param {string} address @param {(words: string) => void} say */
export function copyLink(address, say) {
  const field = () => make("input", { type: "text", readonly: "", class: "copy", "aria-label": "Link" });
  return copy(address, "link", field, say);
}

/** @param {string} program @param {(words: string) => void} say */
export function copyPython(program, say) {
  const field = () => make("textarea", { readonly: "", class: "copy", rows: "8", "aria-label": "Python" });
  return copy(program, "program", field, say);
}

/** The text on the clipboard, or, where that is refused, in a field to copy from.
 * @param {string} text @param {string} what @param {() => HTMLInputElement | HTMLTextAreaElement} made
 * @param {(words: string) => void} say */
async function copy(text, what, made, say) {
  try {
    await navigator.clipboard.writeText(text);
    say(`The ${what} is on the clipboard.`);
  } catch {
    say(`Copy this ${what}: `);
    const field = made();
    field.value = text;
    document.activeElement?.after(field);
    field.addEventListener("blur", () => field.remove());
    field.select();
  }
}
