/** Inputs √2 (cos φ, sin φ), so that ‖x‖² = d = 2. @param {ArrayLike<number>} angles φ in radians */
export function circle(angles) {
  return Float64Array.from(
    { length: 2 * angles.length },
    (_, i) => Math.SQRT2 * (i % 2 ? Math.sin(angles[i >> 1]) : Math.cos(angles[i >> 1])),
  );
}

/** @param {ArrayLike<number>} degrees */
export function radians(degrees) {
  return Float64Array.from(degrees, (angle) => (angle * Math.PI) / 180);
}
