// What is wider than its column is scrolled, by keyboard too: it takes the focus. The theme measures widths when the
// page loads and when the window's size changes, but a formula has its own only in an open fold and in its fonts.

/** @param {ParentNode} place */
function reach(place) {
  for (const wide of place.querySelectorAll("pre, .pst-scrollable-table-container")) {
    /** @type {HTMLElement} */ (wide).tabIndex = wide.scrollWidth > wide.clientWidth ? 0 : -1;
  }
}

document.addEventListener("toggle", ({ target }) => reach(/** @type {Element} */ (target)), true);
document.fonts.addEventListener("loadingdone", () => reach(document));
