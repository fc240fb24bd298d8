// The page's colours and letters, read once for each theme: asking the browser at every frame would cost more than
// drawing.

/** @typedef {[number, number, number]} Colour */
/** @typedef {{ ink: string, font: string, rule: string, network: string, linearized: string, bound: string,
 *              paper: Colour, classes: Colour[] }} Look */

/** @param {Element} element @returns {Look} */
export function lookOf(element) {
  const style = getComputedStyle(element);
  const read = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: style.color,
    font: `11px ${style.fontFamily}`,
    rule: read("ntk-rule"),
    network: read("network"),
    linearized: read("linearized"),
    bound: read("bound"),
    paper: channels(read("paper")),
    classes: [0, 1, 2, 3].map((k) => channels(read(`class-${k}`))),
  };
}

/** "#0067a6" as numbers. @param {string} colour @returns {Colour} */
export function channels(colour) {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Other words in the same text node, so that nothing but them is laid out again.
 * @param {HTMLElement} element @param {string} text */
export function rewrite(element, text) {
  const node = element.firstChild;
  if (!(node instanceof Text)) element.textContent = text;
  else if (node.data !== text) node.data = text;
}
