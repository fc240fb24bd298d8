// Whether an answer is right, as ntkbook/_accepted.py judges it: the same verdict in the same words.
import { numberFrom, Unread } from "./expression.js";

/** What counts as right; what is missing has no bound.
 * @typedef {{ low: number, high: number, hint: string, within: string, kind: string, asked: string,
 *   least?: number, most?: number, close: number[] }} Accepted */
/** @typedef {{ status: "right" | "not yet", message: string }} Verdict */

const ROUNDING = 1e-9;

/** @param {Accepted} accepted @param {string} text @returns {Verdict} */
export function verdict(accepted, text) {
  try {
    const given = numberFrom(text);
    if (!Number.isFinite(given)) return { status: "not yet", message: "That is not a finite number." };
    return judged(accepted, given);
  } catch (error) {
    if (error instanceof Unread) return { status: "not yet", message: error.message };
    throw error;
  }
}

/** @param {Accepted} accepted @param {number} given @returns {Verdict} */
function judged(accepted, given) {
  const { least = -Infinity, most = Infinity } = accepted;
  if (given < least || given > most || !isOf(accepted.kind, given))
    return { status: "not yet", message: `Give ${accepted.asked}.` };
  const slack = ROUNDING * Math.abs(given);
  if (accepted.low - slack <= given && given <= accepted.high + slack)
    return { status: "right", message: "Well done." };
  if (accepted.close.some((short) => Math.abs(given - short) <= slack))
    return { status: "not yet", message: "Close: give three digits." };
  return { status: "not yet", message: accepted.hint };
}

/** @param {string} kind @param {number} given */
function isOf(kind, given) {
  if (kind === "a whole number")
    return Math.abs(given - Math.round(given)) <= ROUNDING * Math.max(1, Math.abs(given));
  if (kind === "a power of two")
    return given > 0 && Math.abs(Math.log2(given) - Math.round(Math.log2(given))) <= ROUNDING;
  return true;
}
