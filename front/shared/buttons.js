// Buttons, and what the one for the link does.
import { make } from "./format.js";

/** @param {string} label @param {() => void} pressed */
export function button(label, pressed) {
  const element = make("button", { type: "button" }, label);
  element.addEventListener("click", () => {
    element.focus({ preventScroll: true }); // WebKit does not by itself, and copyText goes by it
    pressed();
  });
  return element;
}

/** A text on the clipboard, or, where that is refused, in a field to copy from.
 * @param {string} text @param {string} what it is, such as "link" @param {(words: string) => void} say */
export async function copyText(text, what, say) {
  try {
    await navigator.clipboard.writeText(text);
    say(`The ${what} is on the clipboard.`);
  } catch {
    say(`Copy this ${what}: `);
    const rows = String(Math.min(text.split("\n").length, 12));
    const field = make("textarea", { readonly: "", class: "copied", "aria-label": what, rows }, text);
    document.activeElement?.after(field);
    field.addEventListener("blur", () => field.remove());
    field.select();
  }
}
