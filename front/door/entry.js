// The front door opens when the page has been painted, so that nothing of it stands before the words.
const page = new URL("./page.js", import.meta.url).href;
const open = () => requestAnimationFrame(() => setTimeout(() => import(page)));

if (document.readyState === "complete") open();
else addEventListener("load", open);
