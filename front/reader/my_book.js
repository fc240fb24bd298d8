// “My book”: how far the reader is, what to look at again and when, and all of it as a file.
import { make } from "../shared/format.js";
import { offerTheDevice } from "./device.js";
import { everything, exported, forgetEverything, imported, lasts } from "./memory.js";
import { due } from "./review.js";

/** @typedef {import("./memory.js").Item} Item */
/** @typedef {{ page: string, title: string, address: string, exercises: [name: string, title: string,
 *   label: string][] }} Chapter */
/** @typedef {{ words: string, address: string, item: Item }} Task */

const DATE = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", year: "numeric" });
const place = /** @type {HTMLElement} */ (document.querySelector(".my-book"));
/** @type {Chapter[]} */
const chapters = JSON.parse(place.dataset.contents ?? "[]");

/** @param {string} words @param {string} href */
const link = (words, href) => make("a", { href }, words);
const heading = (/** @type {string} */ words) => make("h2", {}, words);

/** Everything that was asked of the reader and answered, with where it stands.
 * @param {Map<string, Item>} items @returns {Task[]} */
function tasks(items) {
  return chapters.flatMap(({ page, title, address, exercises }) => {
    const asked = [
      /** @type {const} */ ([`prediction/${page}`, `What you predicted in “${title}”`, "predict"]),
      ...exercises.map(
        ([name, words, label]) =>
          /** @type {const} */ ([`answer/${name}`, `Exercise “${words}” of “${title}”`, label]),
      ),
    ];
    return asked.flatMap(([key, words, anchor]) => {
      const item = items.get(key);
      return item ? [{ words, address: `${address}#${anchor}`, item }] : [];
    });
  });
}

/** @param {Map<string, Item>} items */
function whereYouWere(items) {
  const visits = chapters.flatMap((chapter) => {
    const item = items.get(`visit/${chapter.page}`);
    return item ? [{ chapter, item }] : [];
  });
  if (!visits.length) return [];
  const { chapter, item } = visits.reduce((last, visit) => (visit.item.at > last.item.at ? visit : last));
  const search = items.get(`setting/${chapter.page}`)?.search ?? "";
  const section = item.heading ? `#${item.heading}` : "";
  const within = item.title && item.title !== chapter.title ? `, at “${item.title}”` : "";
  return [
    make(
      "p",
      { class: "continue" },
      link("Continue", chapter.address + search + section),
      ` in “${chapter.title}”${within}.`,
    ),
  ];
}

/** @param {Map<string, Item>} items */
function lookAgain(items) {
  const now = new Date();
  const later = (/** @type {Task} */ a, /** @type {Task} */ b) =>
    due(a.item).getTime() - due(b.item).getTime();
  const all = tasks(items).sort(later);
  const wrong = (/** @type {Task} */ { item }) => (item.status === "right" ? "" : " It was not right yet.");
  const ready = all.filter(({ item }) => due(item) <= now);
  const rows = ready.length
    ? [
        make(
          "ul",
          {},
          ...ready.map((task) => make("li", {}, link(task.words, task.address), `.${wrong(task)}`)),
        ),
      ]
    : [
        make(
          "p",
          {},
          all.length ? "Nothing today." : "Nothing yet: predict something, or answer an exercise.",
        ),
      ];
  const waiting = all.filter(({ item }) => due(item) > now);
  const table = waiting.map((task) =>
    make("li", {}, `${DATE.format(due(task.item))}: `, link(task.words, task.address), `.${wrong(task)}`),
  );
  const next = waiting.length
    ? [make("details", {}, make("summary", {}, `Later: ${waiting.length}`), make("ul", {}, ...table))]
    : [];
  return [heading("To look at again"), ...rows, ...next];
}

/** @param {Map<string, Item>} items */
function progress(items) {
  const status = { right: "right", "not yet": "not right" };
  const rows = chapters.map(({ page, title, address, exercises }) => {
    const predicted = items.get(`prediction/${page}`)?.status;
    const right = exercises.filter(([name]) => items.get(`answer/${name}`)?.status === "right").length;
    const visited = items.get(`visit/${page}`)?.at;
    return make(
      "tr",
      {},
      make("td", {}, link(title, address)),
      make("td", {}, predicted ? (status[/** @type {"right"} */ (predicted)] ?? "–") : "–"),
      make("td", {}, `${right} of ${exercises.length}`),
      make("td", {}, visited && Date.parse(visited) > 0 ? DATE.format(new Date(visited)) : "–"),
    );
  });
  const head = ["Chapter", "Prediction", "Exercises", "Last visit"].map((words) =>
    make("th", { scope: "col" }, words),
  );
  const table = make(
    "table",
    { class: "table" },
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...rows),
  );
  return [heading("Chapter by chapter"), make("div", { class: "pst-scrollable-table-container" }, table)];
}

/** @param {string} words what to tell the reader of what was just done */
function asAFile(words) {
  const said = make("p", { role: "status" }, words);
  const save = make("button", { type: "button" }, "Save as a file");
  save.addEventListener("click", () => {
    const address = URL.createObjectURL(new Blob([exported()], { type: "application/json" }));
    make("a", { href: address, download: "my-ntk-book.json" }).click();
    URL.revokeObjectURL(address);
  });
  const file = make("input", { type: "file", accept: ".json,application/json", id: "my-book-file" });
  file.addEventListener("change", async () => {
    try {
      const { taken, left } = imported((await file.files?.[0]?.text()) ?? "");
      const rest = left ? `; ${left} were older than here, or could not be read` : "";
      draw(`Taken over: ${taken}${rest}.`);
    } catch (error) {
      file.value = ""; // or the same file, mended, would be no change
      said.textContent = /** @type {Error} */ (error).message;
    }
  });
  const forget = make("button", { type: "button" }, "Forget everything");
  forget.addEventListener("click", () => {
    if (forget.dataset.sure) {
      forgetEverything();
      draw("Everything is forgotten.");
    } else {
      forget.dataset.sure = "yes";
      forget.textContent = "Forget everything: are you sure?";
    }
  });
  forget.addEventListener("blur", () => {
    delete forget.dataset.sure;
    forget.textContent = "Forget everything";
  });
  const open = make("label", { for: "my-book-file" }, "Take over a file: ");
  return [
    heading("As a file"),
    make("p", { class: "buttons" }, save, forget),
    make("p", {}, open, file),
    said,
  ];
}

function draw(words = "") {
  const items = everything();
  const warning = lasts()
    ? []
    : [
        make(
          "p",
          { class: "warning" },
          "This browser keeps nothing for this site: what is shown here is lost when the page is left. Save it as a file.",
        ),
      ];
  place.replaceChildren(
    ...warning,
    ...whereYouWere(items),
    ...lookAgain(items),
    ...progress(items),
    ...asAFile(words),
  );
  const said = words && place.querySelector("[role=status]");
  if (said instanceof HTMLElement) {
    said.tabIndex = -1; // the button that was pressed is gone
    said.focus();
  }
}

draw();
offerTheDevice(place);
// Another tab may go on answering.
addEventListener("storage", () => draw());
