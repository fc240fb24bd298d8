// Arrow keys walk the map of claims: down and up follow a curve to what rests on a box and to what it rests on, left
// and right go to the next end that the same step could have reached. What a box touches is marked as it has the focus.

/** @param {SVGSVGElement} map */
function walkable(map) {
  const boxes = [.../** @type {NodeListOf<SVGAElement>} */ (map.querySelectorAll("a[data-row]"))];
  /** @type {SVGAElement[]} */
  let ends = []; // where the last step could have led

  /** @param {string | undefined} labels */
  const named = (labels) => (labels ? labels.split(" ").map(box) : []);
  /** @param {string} label */
  const box = (label) => /** @type {SVGAElement} */ (map.querySelector(`#map-${label}`));
  /** @param {SVGAElement} at */
  const middle = (at) => at.getBoundingClientRect().x;

  /** @param {SVGAElement} at @param {SVGAElement[]} among */
  const nearest = (at, among) =>
    among.toSorted((a, b) => Math.abs(middle(a) - middle(at)) - Math.abs(middle(b) - middle(at)))[0];

  /** @param {SVGAElement} at @param {string} key */
  function step(at, key) {
    if (key === "ArrowDown" || key === "ArrowUp") {
      const reached = named(key === "ArrowDown" ? at.dataset.users : at.dataset.uses);
      if (reached.length > 0) ends = reached.toSorted((a, b) => middle(a) - middle(b));
      return nearest(at, reached);
    }
    const row = boxes.filter((other) => other.dataset.row === at.dataset.row);
    const beside = ends.includes(at) && ends.length > 1 ? ends : row;
    const ahead = key === "ArrowRight" ? 1 : beside.length - 1;
    return beside[(beside.indexOf(at) + ahead) % beside.length];
  }

  /** @param {SVGAElement | undefined} at */
  function mark(at) {
    const label = at?.id.slice("map-".length);
    const touched = new Set(at ? [at, ...named(at.dataset.uses), ...named(at.dataset.users)] : []);
    map.classList.toggle("marking", at !== undefined);
    for (const each of boxes) each.classList.toggle("on", touched.has(each));
    for (const curve of map.querySelectorAll("path[data-from]")) {
      const { from, to } = /** @type {SVGPathElement} */ (curve).dataset;
      curve.classList.toggle("on", label !== undefined && (from === label || to === label));
    }
  }

  map.addEventListener("keydown", (event) => {
    const at = boxes.find((each) => each === event.target);
    if (!at || !event.key.startsWith("Arrow") || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    step(at, event.key)?.focus();
  });
  for (const each of boxes) {
    each.addEventListener("focus", () => mark(each));
    each.addEventListener("blur", () => mark(undefined));
    each.addEventListener("pointerenter", () => mark(each));
    each.addEventListener("pointerleave", () => mark(boxes.find((one) => one === document.activeElement)));
  }
}

for (const map of document.querySelectorAll("svg.claim-map")) {
  walkable(/** @type {SVGSVGElement} */ (map));
}
