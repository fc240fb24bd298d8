// A chapter's prediction: choose, commit, and only then the answers open, with one's own marked. Without this module
// they are folds that anyone can open.
import { drop, keep, recall } from "./memory.js";
import { streak } from "./review.js";

export function askPrediction() {
  const section = document.getElementById("predict");
  const answers = /** @type {HTMLDetailsElement[]} */ ([
    ...(section?.querySelectorAll("details.sd-dropdown") ?? []),
  ]);
  if (!section || !answers.length) return;
  const key = `prediction/${document.body.dataset.page}`;
  const said = document.createElement("div");
  said.className = "predicted";
  said.setAttribute("role", "status");
  const asking = question(answers, (choice) => {
    const right = answers[choice].classList.contains("right");
    keep(key, { choice, status: right ? "right" : "not yet", streak: streak(recall(key), right) });
    reveal(choice, true);
    // The choices give way to the answers at the same place, so nothing is scrolled.
    answers[choice].querySelector("summary")?.focus({ preventScroll: true });
  });
  answers[0].before(asking, said);

  const ask = () => {
    section.classList.add("is-asked");
    said.replaceChildren();
    asking.reset();
    for (const answer of answers) answer.open = false;
  };
  const reveal = (/** @type {number} */ choice, /** @type {boolean} */ open) => {
    section.classList.remove("is-asked");
    for (const [place, answer] of answers.entries()) {
      const right = answer.classList.contains("right");
      mark(answer, [place === choice && "Your answer", right && "Right"]);
      if (open) answer.open = place === choice || right;
    }
    said.replaceChildren(verdict(answers[choice].classList.contains("right")), again(ask));
  };
  const before = recall(key)?.choice;
  if (before !== undefined && before in answers) reveal(before, false);
  else ask();
  if (before !== undefined && !(before in answers)) drop(key); // the chapter has other answers now
}

/** @param {HTMLDetailsElement[]} answers @param {(choice: number) => void} commit */
function question(answers, commit) {
  const form = document.createElement("form");
  form.className = "prediction";
  const set = document.createElement("fieldset");
  const legend = document.createElement("legend");
  legend.textContent = "What do you expect?";
  set.append(legend, ...answers.map(choice));
  const button = document.createElement("button");
  button.textContent = "That is my answer";
  form.append(set, button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    commit(Number(new FormData(form).get("prediction")));
  });
  return form;
}

/** @param {HTMLDetailsElement} answer @param {number} place */
function choice(answer, place) {
  const label = document.createElement("label");
  const radio = document.createElement("input");
  Object.assign(radio, { type: "radio", name: "prediction", value: String(place), required: true });
  const words = document.createElement("span");
  words.append(
    ...[...(answer.querySelector(".sd-summary-text")?.childNodes ?? [])].map((each) => each.cloneNode(true)),
  );
  label.append(radio, words);
  return label;
}

/** @param {HTMLDetailsElement} answer @param {(string | false)[]} marks */
function mark(answer, marks) {
  for (const old of answer.querySelectorAll(".prediction-mark")) old.remove();
  for (const words of marks) {
    if (!words) continue;
    const badge = document.createElement("span");
    badge.className = "prediction-mark";
    badge.textContent = words;
    answer.querySelector(".sd-summary-text")?.append(" ", badge);
  }
}

/** @param {boolean} right */
function verdict(right) {
  const words = document.createElement("span");
  words.textContent = right ? "You predicted it. " : "You expected something else: the answers say why. ";
  return words;
}

/** @param {() => void} ask */
function again(ask) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Ask me again";
  button.addEventListener("click", () => {
    ask();
    /** @type {HTMLElement | null} */ (document.querySelector(".prediction input"))?.focus();
  });
  return button;
}
