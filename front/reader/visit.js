// Where in the book the reader is, and how the page's explorers stand: kept when the page is left.
import { keep } from "./memory.js";

/** The last heading that the reader has come to. */
function heading() {
  const above = [...document.querySelectorAll("main section[id] > :is(h1, h2, h3)")].filter(
    (each) => each.getBoundingClientRect().top < window.innerHeight / 4,
  );
  return above.at(-1);
}

export function rememberVisit() {
  const page = document.body.dataset.page;
  const leave = () => {
    if (document.visibilityState !== "hidden") return;
    const last = heading();
    keep(`visit/${page}`, { heading: last?.parentElement?.id ?? "", title: words(last) });
    keep(`setting/${page}`, { search: location.search });
  };
  document.addEventListener("visibilitychange", leave);
}

/** Without its number and the sign of its link. @param {Element | undefined} heading */
function words(heading) {
  const bare = [...(heading?.childNodes ?? [])].filter(
    (node) => !(node instanceof Element && node.matches(".section-number, .headerlink")),
  );
  return bare
    .map((node) => node.textContent)
    .join("")
    .trim();
}
