// Buttons, and what the one for the link does.
import { make } from "./format.js";

/** @param {string} label @param {() => void} pressed */
export function button(label, pressed) {
  const element = make("button", { type: "button" }, label);
  element.addEventListener("click", pressed);
  return element;
}

/** The address on the clipboard, or, where that is refused, in a field to copy from.
 * @param {string} address @param {(words: string) => void} say */
export async function copyLink(address, say) {
  try {
    await navigator.clipboard.writeText(address);
    say("The link is on the clipboard.");
  } catch {
    say("Copy this link: ");
    const field = make("input", {
      type: "text",
      readonly: "",
      class: "link",
      "aria-label": "Link",
      value: address,
    });
    document.activeElement?.after(field);
    field.addEventListener("blur", () => field.remove());
    field.select();
  }
}
