/** numpy.linspace. @param {number} low @param {number} high @param {number} count */
export function linspace(low, high, count) {
  const step = (high - low) / (count - 1);
  return Float64Array.from({ length: count }, (_, i) => (i === count - 1 ? high : low + i * step));
}
