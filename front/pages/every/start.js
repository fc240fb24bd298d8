// Before the page is drawn: the reader's choice of theme, without a flash of the other one. Pages hold no scripts
// of their own (bookkit/security_policy.py), so what the theme would write into each of them stands here.
document.documentElement.dataset.mode = localStorage.getItem("mode") || "auto";
document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";

document.addEventListener("click", ({ target }) => {
  if (target instanceof Element && target.closest(".btn-download-pdf-button")) window.print();
});
