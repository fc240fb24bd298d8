// Numbers in sentences, as Python's format writes them.

const MORE = 20; // digits that tell a tie from every other double
const TIE = `5${"0".repeat(MORE - 1)}`;

/** f"{x:.{digits}f}" @param {number} x below 10²¹ @param {number} digits */
export function fixed(x, digits) {
  return written(x, (size) => toEven((more) => size.toFixed(more), digits));
}

/** f"{x:.{digits}g}": so many significant digits, no zeros at the end. @param {number} x @param {number} digits */
export function general(x, digits) {
  return written(x, (size) => {
    const exponent = Number(size.toExponential(digits - 1).split("e")[1]);
    if (exponent >= -4 && exponent < digits) return trimmed(fixed(size, digits - 1 - exponent));
    const mantissa = toEven((more) => size.toExponential(more).split("e")[0], digits - 1);
    const power = String(Math.abs(exponent)).padStart(2, "0");
    return `${trimmed(mantissa)}e${exponent < 0 ? "-" : "+"}${power}`;
  });
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

/** A share of the whole: two digits below 10 %, whole per cents above. @param {number} share */
export function percent(share) {
  return share < 0.1 ? `${general(100 * share, 2)} %` : `${fixed(100 * share, 0)} %`;
}

/** A number's sign, then its size. @param {number} x @param {(size: number) => string} ofSize */
function written(x, ofSize) {
  if (Number.isNaN(x)) return "nan";
  const sign = x < 0 || Object.is(x, -0) ? "-" : "";
  return sign + (Number.isFinite(x) ? ofSize(Math.abs(x)) : "inf");
}

/** Half way between two decimals JavaScript writes the larger one, Python the even one.
 * @param {(digits: number) => string} write a number with so many digits after the point @param {number} digits */
function toEven(write, digits) {
  const longer = write(digits + MORE);
  const below = longer.slice(0, -MORE).replace(/\.$/, "");
  return longer.endsWith(TIE) && /[02468]$/.test(below) ? below : write(digits);
}

/** @param {string} decimal */
function trimmed(decimal) {
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}
