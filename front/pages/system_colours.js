// A page without the theme's switch has the colours of the system, unless the reader chose others in the book.
const dark = matchMedia("(prefers-color-scheme: dark)");
const show = () => {
  const { dataset } = document.documentElement;
  if (dataset.mode === "auto") dataset.theme = dark.matches ? "dark" : "light";
};
dark.addEventListener("change", show);
show();
