// Before the page is drawn: the reader's choice of theme, without a flash of the other one. Pages hold no scripts
// of their own (bookkit/security_policy.py), so what the theme would write into each of them stands here.
try {
  localStorage.getItem("mode");
} catch {
  // Blocked: the theme's scripts, which do not expect that, get one that lasts as long as the page.
  const kept = new Map();
  const value = {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {unknown} */ text) => kept.set(key, String(text)),
    removeItem: (/** @type {string} */ key) => kept.delete(key),
  };
  Object.defineProperty(window, "localStorage", { value });
}
// Full: what they keep is not kept, and they go on.
const write = Storage.prototype.setItem;
Storage.prototype.setItem = function (key, text) {
  try {
    write.call(this, key, text);
  } catch {
    // what reads it back finds out
  }
};
document.documentElement.dataset.mode = localStorage.getItem("mode") || "auto";
document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";

document.addEventListener("click", ({ target }) => {
  if (target instanceof Element && target.closest(".btn-download-pdf-button")) window.print();
});

addEventListener("DOMContentLoaded", () => {
  // The buttons that copy code come now, and say what they do by a picture only.
  setTimeout(() => {
    for (const button of document.querySelectorAll(".copybtn"))
      button.setAttribute("aria-label", "Copy the code");
  });
});
