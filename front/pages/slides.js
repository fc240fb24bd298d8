// Turns the slides of a deck by reveal.js. They lay themselves out: a scaled slide would mislead an explorer's pointer.
import "./system_colours.js";

const address = (/** @type {string} */ file) => new URL(file, import.meta.url).href;

async function turn() {
  const { default: Reveal } = await import(address("../reveal/reveal.js"));
  const scroll = (/** @type {number} */ way) => deck.getCurrentSlide().scrollBy(0, way * 80);
  const deck = new Reveal({
    disableLayout: true,
    hash: true, // beside the explorers' part of the address
    keyboard: { 38: () => scroll(-1), 40: () => scroll(1) }, // up and down
    overview: false, // it scales slides
    scrollActivationWidth: 0, // a phone turns slides too
    slideNumber: "c/t",
    transition: "none",
    viewDistance: 1, // explorers come to life one slide ahead
    mobileViewDistance: 1,
  });
  await deck.initialize();
  deck.getRevealElement().removeAttribute("role"); // an application would keep a screen reader from reading on

  /** The slide has the focus: Tab goes on from there, and it is read out. */
  const enter = () => {
    const slide = deck.getCurrentSlide();
    slide.tabIndex = -1;
    slide.focus({ preventScroll: true });
  };
  deck.on("slidechanged", enter);
  enter();
}

// Only then do explorers come, for reveal.js would take their sections for slides; and they come without it too.
for (const explorer of document.querySelectorAll(".ntk-explorer"))
  explorer.setAttribute("data-state", "waiting");
try {
  await turn();
} finally {
  await import(address("../explorers/explorer_host.js"));
}
