/** numpy.round: to so many digits after the point, halves to the even neighbour. @param {Float64Array} values
 * @param {number} digits */
export function rounded(values, digits) {
  const scale = 10 ** digits;
  return values.map((value) => {
    const below = Math.floor(value * scale);
    const rest = value * scale - below;
    return (rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1) / scale;
  });
}
