// A field for the answer of each exercise that has a check: judged here as a notebook judges it, and kept.
import { keep, recall } from "./memory.js";
import { streak } from "./review.js";
import { verdict } from "./verdict.js";

/** @typedef {import("./verdict.js").Accepted} Accepted */
/** @typedef {import("./verdict.js").Verdict} Verdict */

export function askExercises() {
  for (const place of document.querySelectorAll(".exercise-field")) {
    if (!(place instanceof HTMLElement)) continue;
    place.append(form(place.dataset.exercise ?? "", JSON.parse(place.dataset.accepted ?? "{}")));
    // On screen the field stands for the cell, which asks for a number where none can be put.
    place.previousElementSibling?.classList.add("has-a-field");
  }
}

/** @param {string} name @param {Accepted} accepted */
function form(name, accepted) {
  const key = `answer/${name}`;
  const shape = document.createElement("form");
  shape.className = "answer";
  shape.innerHTML = `<label></label><input autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="100">
    <button type="submit">Check</button><small></small><output></output>`;
  const [label, field, , within, said] = /** @type {[HTMLElement, HTMLInputElement, HTMLElement, HTMLElement,
    HTMLOutputElement]} */ (/** @type {unknown} */ ([...shape.children]));
  field.id = `answer-${name}`;
  within.id = `within-${name}`;
  label.setAttribute("for", field.id);
  label.textContent = "Your answer";
  field.setAttribute("aria-describedby", within.id);
  within.textContent = accepted.within;
  const before = recall(key);
  if (before?.text !== undefined) {
    field.value = before.text;
    show(said, verdict(accepted, before.text));
  }
  field.addEventListener("input", () => show(said, undefined));
  shape.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim() === "") return field.focus();
    const judged = verdict(accepted, field.value);
    show(said, judged);
    const right = judged.status === "right";
    keep(key, { text: field.value, status: judged.status, streak: streak(recall(key), right) });
  });
  return shape;
}

/** @param {HTMLOutputElement} said @param {Verdict | undefined} judged */
function show(said, judged) {
  said.dataset.status = judged?.status ?? "open";
  said.textContent = judged ? `${judged.status === "right" ? "Right." : "Not yet."} ${judged.message}` : "";
}
