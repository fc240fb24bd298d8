// Before the page is drawn: the reader's choice of theme, without a flash of the other one. Pages hold no scripts
// of their own (bookkit/security_policy.py), so what the theme would write into each of them stands here.
for (const name of ["localStorage", "sessionStorage"]) {
  try {
    window[/** @type {"localStorage"} */ (name)].getItem("mode");
  } catch {
    // Blocked: the theme's scripts, which do not expect that, get one that lasts as long as the page.
    const kept = new Map();
    const value = {
      getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
      setItem: (/** @type {string} */ key, /** @type {unknown} */ text) => kept.set(key, String(text)),
      removeItem: (/** @type {string} */ key) => kept.delete(key),
    };
    Object.defineProperty(window, name, { value });
  }
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

// Paper is white: what a dark page colours, it prints as a light one; folds open where CSS cannot open them (print.css).
/** @type {{ theme: string | undefined, folds: HTMLDetailsElement[] } | null} */
let onScreen = null;
const closed = CSS.supports("selector(::details-content)") ? "details.none" : "details:not([open])";
/** @param {boolean} starts */
function onPaper(starts) {
  const { dataset } = document.documentElement;
  if (starts && !onScreen) {
    onScreen = {
      theme: dataset.theme,
      folds: /** @type {HTMLDetailsElement[]} */ ([...document.querySelectorAll(closed)]),
    };
    dataset.theme = "light";
    for (const fold of onScreen.folds) fold.open = true;
  } else if (!starts && onScreen) {
    dataset.theme = onScreen.theme;
    for (const fold of onScreen.folds) fold.open = false;
    onScreen = null;
  }
}
addEventListener("beforeprint", () => onPaper(true));
addEventListener("afterprint", () => onPaper(false));
matchMedia("print").addEventListener("change", ({ matches }) => onPaper(matches));

// What a page cannot do where it is, it says, and leaves no gap. Modules do not run in pages that are opened as files,
// nor in old browsers; this script does in both.
const asFile = location.protocol === "file:";

/** @param {Element} explorer @param {string} why its still picture stays */
const leaveStill = (explorer, why) => {
  /** @type {HTMLElement} */ (explorer).dataset.state = "still";
  const words = document.createElement("p");
  words.className = "ntk-why";
  words.textContent = `A still picture of what moves elsewhere: ${why}.`;
  explorer.append(words);
};
document.addEventListener("ntk-still", (event) => {
  if (event.target instanceof Element)
    leaveStill(event.target, /** @type {CustomEvent<string>} */ (event).detail);
});
addEventListener("load", () => {
  const why = asFile
    ? "a page that is opened as a file cannot start it"
    : "its scripts did not run; browsers since Chrome 111, Firefox 121 and Safari 16.4 run them";
  for (const explorer of document.querySelectorAll(".ntk-explorer:not([data-state])"))
    leaveStill(explorer, why);
});
addEventListener("DOMContentLoaded", () => {
  const article = document.querySelector("article.bd-article");
  if (!asFile || !article) return;
  const words = document.createElement("p");
  words.className = "opened-as-file";
  words.textContent =
    "Opened as a file, the book has its text, figures and search. Explorers, the playground and fields for " +
    "answers need a server: run “python -m http.server” in its folder, and open http://localhost:8000.";
  article.prepend(words);
});
