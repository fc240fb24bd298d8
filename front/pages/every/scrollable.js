// What is wider than its column is scrolled, by keyboard too: it takes the focus, and says on which side there is more of
// it (content.css shows that). The theme measures widths when the page loads and when the window's size changes, but a
// formula has its own only in an open fold and in its fonts.

const WIDE = "pre, .pst-scrollable-table-container, .text_html:is(:has(> table))"; // :is forgives what is unknown

/** @param {ParentNode} place */
function reach(place) {
  for (const wide of place.querySelectorAll(WIDE)) {
    /** @type {HTMLElement} */ (wide).tabIndex = wide.scrollWidth > wide.clientWidth ? 0 : -1;
    mark(/** @type {HTMLElement} */ (wide));
  }
}

/** @param {HTMLElement} wide */
function mark(wide) {
  const { scrollLeft, scrollWidth, clientWidth } = wide;
  const sides = [
    ...(scrollLeft > 1 ? ["left"] : []),
    ...(scrollLeft + clientWidth < scrollWidth - 1 ? ["right"] : []),
  ];
  if (sides.length) wide.dataset.more = sides.join(" ");
  else delete wide.dataset.more;
}

document.addEventListener("toggle", ({ target }) => reach(/** @type {Element} */ (target)), true);
document.fonts.addEventListener("loadingdone", () => reach(document));
document.addEventListener("DOMContentLoaded", () => reach(document));
addEventListener("resize", () => reach(document));
document.addEventListener(
  "scroll",
  ({ target }) => {
    if (target instanceof HTMLElement && target.matches(WIDE)) mark(target);
  },
  { capture: true, passive: true },
);
