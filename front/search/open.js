// Stands on every page, and loads the search once a reader opens it. A classic script, like what it loads: modules
// would not run on pages that are opened as files.
(() => {
  const own = /** @type {HTMLScriptElement} */ (document.currentScript);
  const search = document.createElement("script");
  search.src = new URL(own.dataset.script ?? "search.js", own.src).href;
  const load = () => search.isConnected || document.head.append(search);

  addEventListener("focusin", ({ target }) => {
    if (target instanceof Element && target.closest("form.bd-search")) load();
  });
  addEventListener("DOMContentLoaded", () => {
    if (document.querySelector("main form.bd-search")) load(); // the page that searches
  });
})();
