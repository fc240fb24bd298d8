// Numbers and labels as the reader sees them.

/** @type {Record<string, string>} */
const SUPERSCRIPTS = {
  "-": "⁻",
  0: "⁰",
  1: "¹",
  2: "²",
  3: "³",
  4: "⁴",
  5: "⁵",
  6: "⁶",
  7: "⁷",
  8: "⁸",
  9: "⁹",
};

/** A number in at most `digits` significant digits; very small and very large ones as powers of ten.
 * @param {number} value @param {number} [digits] @returns {string} */
export function showNumber(value, digits = 4) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e6)) return minus(String(Number(value.toPrecision(digits))));
  const [rounded, exponent] = value.toExponential(digits - 1).split("e");
  const mantissa = String(Number(rounded));
  const power = [...String(Number(exponent))].map((c) => SUPERSCRIPTS[c]).join("");
  return minus(mantissa === "1" ? `10${power}` : `${mantissa}·10${power}`);
}

/** @param {string} text */
function minus(text) {
  return text.replace("-", "−");
}

/** A label whose <sub> and <sup> become elements; all other text stays text, whatever it holds.
 * @param {string} label @returns {DocumentFragment} */
export function richText(label) {
  const fragment = document.createDocumentFragment();
  for (const part of label.split(/(<sub>.*?<\/sub>|<sup>.*?<\/sup>)/)) {
    const found = /^<(sub|sup)>(.*)<\/\1>$/.exec(part);
    fragment.append(found ? make(found[1] === "sub" ? "sub" : "sup", {}, found[2]) : part);
  }
  return fragment;
}

/** A label without its markup, for attributes.
 * @param {string} label */
export function plainText(label) {
  return label.replace(/<\/?su[bp]>/g, "");
}

/** An element with attributes and children.
 * @template {keyof HTMLElementTagNameMap} Tag @param {Tag} tag @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children @returns {HTMLElementTagNameMap[Tag]} */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Gives an element other words. Where the nodes are of the same kinds, text changes in place: for new nodes a browser
 * lays out the whole page. @param {Element} element @param {...(Node | string)} words */
export function reword(element, ...words) {
  const fresh = new DocumentFragment();
  fresh.append(...words);
  const [old, now] = [[...element.childNodes], [...fresh.childNodes]];
  if (old.length !== now.length || old.some(({ nodeName }, i) => nodeName !== now[i].nodeName))
    return element.replaceChildren(fresh);
  for (const [i, node] of old.entries()) {
    const text = node.firstChild ?? node;
    if (text.textContent !== now[i].textContent) text.textContent = now[i].textContent;
  }
}

/** Browsers do not compare: a style that is set again is laid out again. @type {WeakMap<HTMLElement, string>} */
const worn = new WeakMap();

/** @param {HTMLElement} element @param {string} style all that it has of its own */
export function dress(element, style) {
  if (worn.get(element) === style) return;
  worn.set(element, style);
  element.style.cssText = style;
}
