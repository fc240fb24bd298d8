// The one card of a page. It stands in the top layer, where nothing cuts it off, beside what it explains in the page's
// order, so that the next Tab reaches a formula in it that scrolls.
import { place } from "./place.js";

const TEXT = "card-text";
const element = document.createElement("div");
const text = document.createElement("div");
const there = document.createElement("a");

element.className = "page-card";
element.popover = "manual"; // Escape and leaving are told apart in start.js
text.id = TEXT;
text.setAttribute("role", "tooltip");
there.className = "there";
there.textContent = "Go there";
element.append(text, there);

/** @type {Element | null} */
let explained = null;

export const card = {
  get explained() {
    return explained;
  },

  /** @param {Node} node */
  holds: (node) => element.contains(node),

  /** @param {Element} trigger what is explained
   * @param {{ html: string, href: string }} told
   * @param {boolean} withLink for who cannot follow the trigger itself */
  show(trigger, { html, href }, withLink) {
    card.hide();
    explained = trigger;
    text.innerHTML = html;
    there.href = href;
    there.hidden = !withLink;
    // A formula keeps its card inside, lest another rule for the last thing in a box move the page.
    const formula = trigger.closest(".math");
    if (formula && !trigger.matches("a")) formula.append(element);
    else trigger.after(element);
    if (trigger.matches("a")) trigger.setAttribute("aria-describedby", TEXT);
    trigger.classList.add("explained");
    element.showPopover?.();
    card.settle();
  },

  hide() {
    if (!explained) return;
    if (explained.getAttribute("aria-describedby") === TEXT) explained.removeAttribute("aria-describedby");
    explained.classList.remove("explained");
    explained = null;
    element.remove();
  },

  /** Beside the trigger, wherever that has gone; it goes with a trigger that leaves the window. */
  settle() {
    if (!explained) return;
    const bar = document.querySelector(".bd-header-article")?.getBoundingClientRect().bottom ?? 0;
    const view = {
      width: document.documentElement.clientWidth,
      height: innerHeight,
      top: Math.max(0, bar),
    };
    const trigger = explained.getBoundingClientRect();
    if (trigger.bottom < view.top || trigger.top > view.height) return card.hide();
    element.style.maxHeight = "";
    // Of a display the whole stays in sight, not only the letter that is explained.
    const { top: above, bottom } = (explained.closest("div.math") ?? explained).getBoundingClientRect();
    const kept = { left: trigger.left, top: above, bottom };
    const { left, top, height } = place(kept, element.getBoundingClientRect(), view);
    Object.assign(element.style, { left: `${left}px`, top: `${top}px`, maxHeight: `${height}px` });
  },
};
