// On a page that shows one thing, without the book: it tells the page around it how high it is, so that a frame may fit.
import "./system_colours.js";

const tell = () => {
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  parent.postMessage({ ntkbook: "height", height }, "*"); // a number, and no secret
};
if (parent !== window) new ResizeObserver(tell).observe(document.body);
