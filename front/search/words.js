// What a reader types, and what a page says, in the same plain words: “θ₀”, “Theta_0” and “\theta_0” are theta0.

const NAMES =
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau " +
  "upsilon phi chi psi omega";
const GREEK = new Map(NAMES.split(" ").map((name, place) => [String.fromCodePoint(0x3b1 + place), name]));
/** Letters that Unicode does not take apart, and signs that have a name. */
const SIGNS = new Map([
  ["ł", "l"],
  ["Ł", "L"],
  ["ø", "o"],
  ["ı", "i"],
  ["∞", " infinity "],
  ["∇", " nabla "],
  ["√", " sqrt "],
]);
const SHORT = new Map([
  ["thm", "theorem"],
  ["eq", "equation"],
  ["eqn", "equation"],
  ["ex", "exercise"],
  ["ch", "chapter"],
  ["chap", "chapter"],
  ["sec", "section"],
  ["def", "definition"],
  ["prop", "proposition"],
  ["cor", "corollary"],
  ["lem", "lemma"],
]);

/** Words of letters and digits, a space between them, as they are typed: Θ is Theta. @param {string} text */
export function spelt(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/([α-ωΑ-Ω])_?(\d*)/gu, (_, letter, index) => ` ${name(letter)}${index} `)
    .replace(/[łøı∞∇√Ł]/gu, (sign) => SIGNS.get(sign) ?? sign)
    .replace(/\\?\bvar(?=epsilon|phi|theta|rho|sigma|pi)/g, "")
    .replace(/([A-Za-z])_(?=\d)/g, "$1") // K_1 is K₁
    .replace(/[’']/g, "")
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .join(" ");
}

/** @param {string} letter */
function name(letter) {
  const small = GREEK.get(letter.toLowerCase()) ?? letter;
  return letter.toLowerCase() === letter ? small : small[0].toUpperCase() + small.slice(1);
}

/** The same in small letters, and in full: “thm” is theorem. @param {string} text */
export const plain = (text) =>
  spelt(text)
    .toLowerCase()
    .split(" ")
    .map((word) => SHORT.get(word) ?? word)
    .join(" ");

/** @param {string} text */
export const words = (text) => plain(text).split(" ").filter(Boolean);

/** Whether a reader has typed a letter as the book sets it. @param {string} text */
export const hasGreek = (text) => /[\u0370-\u03ff]/u.test(text);
