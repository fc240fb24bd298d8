// Squares of the input plane, and labelled points on them, as the explorers draw them.

/** All points whose two coordinates are among `side`, row by row. @param {Float64Array} side */
export function square(side) {
  const edge = side.length;
  return Float64Array.from({ length: 2 * edge * edge }, (_, at) => {
    const point = at >> 1;
    return side[at % 2 ? Math.floor(point / edge) : point % edge];
  });
}

/** Coordinates of the points of each class: x0, y0, x1, y1, … @param {Float64Array} X @param {ArrayLike<number>} classes
 * @returns {import("../../types.js").Arrays} */
export function pointsByClass(X, classes) {
  /** @type {Record<string, number[]>} */
  const found = {};
  for (let k = 0; k <= Math.max(...Array.from(classes)); k++) {
    for (const axis of ["x", "y"]) found[`${axis}${k}`] = [];
  }
  for (let i = 0; i < classes.length; i++) {
    found[`x${classes[i]}`].push(X[2 * i]);
    found[`y${classes[i]}`].push(X[2 * i + 1]);
  }
  return Object.fromEntries(Object.entries(found).map(([name, values]) => [name, Float64Array.from(values)]));
}
