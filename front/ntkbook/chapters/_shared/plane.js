// Squares of the input plane, as the explorers draw them.

/** All points whose two coordinates are among `side`, row by row. @param {Float64Array} side */
export function square(side) {
  const edge = side.length;
  return Float64Array.from({ length: 2 * edge * edge }, (_, at) => {
    const point = at >> 1;
    return side[at % 2 ? Math.floor(point / edge) : point % edge];
  });
}
