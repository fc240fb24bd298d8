// Numbers in sentences, as Python's format writes them.

/** f"{x:.{digits}f}" @param {number} x @param {number} digits */
export function fixed(x, digits) {
  return Number.isFinite(x) ? x.toFixed(digits) : special(x);
}

/** f"{x:.{digits}g}": so many significant digits, no zeros at the end. @param {number} x @param {number} digits */
export function general(x, digits) {
  if (!Number.isFinite(x)) return special(x);
  const [mantissa, power] = x.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < digits) return trimmed(x.toFixed(digits - 1 - exponent));
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${trimmed(mantissa)}e${exponent < 0 ? "-" : "+"}${size}`;
}

/** f"{x:.{digits}e}" @param {number} x @param {number} digits */
export function scientific(x, digits) {
  if (!Number.isFinite(x)) return general(x, digits);
  const [mantissa, power] = x.toExponential(digits).split("e");
  const exponent = Number(power);
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** f"{x:g}" @param {number} x */
export function plain(x) {
  return general(x, 6);
}

/** A share of the whole: one digit after the comma's worth below 10 %, whole per cents above. @param {number} share */
export function percent(share) {
  return share < 0.1 ? `${general(100 * share, 2)} %` : `${fixed(100 * share, 0)} %`;
}

/** @param {string} decimal */
function trimmed(decimal) {
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}

/** @param {number} x not finite */
function special(x) {
  return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
}
