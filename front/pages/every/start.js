// Before the page is drawn: the reader's choice of theme, without a flash of the other one. Pages hold no scripts
// of their own (bookkit/security_policy.py), so what the theme would write into each of them stands here.
document.documentElement.dataset.mode = localStorage.getItem("mode") || "auto";
document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";

document.addEventListener("click", ({ target }) => {
  if (target instanceof Element && target.closest(".btn-download-pdf-button")) window.print();
});

addEventListener("DOMContentLoaded", () => {
  const field = document.querySelector("main form.bd-search input"); // on the search page only
  if (field instanceof HTMLInputElement) {
    field.focus();
    field.select();
  }
  // The buttons that copy code come now, and say what they do by a picture only.
  setTimeout(() => {
    for (const button of document.querySelectorAll(".copybtn"))
      button.setAttribute("aria-label", "Copy the code");
  });
});
