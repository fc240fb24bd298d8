// Where a card stands: below what it explains if it fits there, else above, else where there is more room; never over it.

const GAP = 6; // pixels between the card and what it explains
const EDGE = 8; // and the edge of the window

/** @param {{ left: number, top: number, bottom: number }} trigger
 * @param {{ width: number, height: number }} card as large as it wants to be
 * @param {{ width: number, height: number, top: number }} view top: what a bar takes of it
 * @returns {{ left: number, top: number, height: number }} height: at most */
export function place(trigger, card, view) {
  const below = view.height - EDGE - (trigger.bottom + GAP);
  const above = trigger.top - GAP - (view.top + EDGE);
  const goesBelow = card.height <= below || below >= above;
  const height = Math.max(0, Math.min(card.height, goesBelow ? below : above));
  const left = Math.max(EDGE, Math.min(trigger.left, view.width - EDGE - card.width));
  return { left, top: goesBelow ? trigger.bottom + GAP : trigger.top - GAP - height, height };
}
