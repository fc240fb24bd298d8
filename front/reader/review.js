// When to look at something again: the next day where it was wrong, and ever later where it was right.
/** @typedef {import("./memory.js").Item} Item */

const DAYS = [1, 7, 30, 120]; // after 0, 1, 2, 3 or more right answers in a row
const DAY = 24 * 60 * 60 * 1000;

/** @param {Item} item */
export function due(item) {
  const days = DAYS[Math.min(Math.max(item.streak ?? 0, 0), DAYS.length - 1)];
  return new Date(Date.parse(item.at) + days * DAY);
}

/** How often in a row something was right, after it was answered once more: repeating it at once counts as before.
 * @param {Item | undefined} before @param {boolean} right @param {Date} now */
export function streak(before, right, now = new Date()) {
  if (!right) return 0;
  const held = before?.streak ?? 0;
  return held === 0 || !before || due(before) <= now ? held + 1 : held;
}
