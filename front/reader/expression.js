// The number that a reader has written, as ntkbook/_expression.py reads it, word for word.
const LONGEST = 100; // characters, which also bounds how deep brackets can lie in each other
const HOW = "Give a number, such as 0.16, 4/25 or sqrt(2)/10.";
const TOKEN = /[ \t\r\n]*(?:((?:\d|[.,]\d)[\d.,]*(?:e[+-]?\d+)?)|([a-zπ]+|√)|(\*\*|[-+*/^()%]))/iy;
const NUMBER = /^(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?$/i;
const THOUSANDS = /^[1-9]\d{0,2},\d{3}$/;
/** @type {Record<string, string>} */
const SPELLINGS = { "−": "-", "–": "-", "·": "*", "×": "*", "÷": "/", "\u00a0": " ", "\u202f": " " };
const CONSTANTS = new Map([
  ["pi", Math.PI],
  ["π", Math.PI],
  ["e", Math.E],
]);
const FUNCTIONS = new Map([
  ["sqrt", Math.sqrt],
  ["√", Math.sqrt],
  ["exp", Math.exp],
  ["log", Math.log],
  ["ln", Math.log],
]);
/** @typedef {[strength: number, combine: (a: number, b: number) => number]} Binary */
/** @type {Map<string, Binary>} */
const BINARY = new Map([
  ["+", [1, (a, b) => a + b]],
  ["-", [1, (a, b) => a - b]],
  ["*", [2, (a, b) => a * b]],
  ["/", [2, (a, b) => a / b]],
  ["^", [4, (a, b) => a ** b]],
  ["**", [4, (a, b) => a ** b]],
]);
const SIGN = 3; // binds less than a power, −2² = −4, and more than a product
const RIGHTMOST_FIRST = ["^", "**"];

/** What was written is no number, with what to write instead. */
export class Unread extends Error {}

/** The value, perhaps infinite or no number, of an expression of numbers with + - * / ^ sqrt exp log pi e %.
 * @param {string} text */
export function numberFrom(text) {
  if ([...text].length > LONGEST) throw new Unread(`That is longer than ${LONGEST} characters. ${HOW}`);
  const spelled = text.replace(/[−–·×÷\u00a0\u202f]/g, (sign) => SPELLINGS[sign]);
  const left = tokens(bare(spelled)).reverse();
  const value = expression(left, 0);
  if (left.length) throw new Unread(`“${left.at(-1)}” cannot be read here. ${HOW}`);
  return value;
}

/** Without blanks around it. @param {string} text */
const bare = (text) => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");

/** @param {string} text */
function tokens(text) {
  const found = [];
  TOKEN.lastIndex = 0;
  for (let place = 0; place < text.length; place = TOKEN.lastIndex) {
    const match = TOKEN.exec(text);
    if (!match) throw new Unread(`“${[...bare(text.slice(place))][0]}” cannot be read here. ${HOW}`);
    found.push(bare(match[0]).toLowerCase());
  }
  return found;
}

/** What binds more than `least`. @param {string[]} left what is left to be read, the next one last
 * @param {number} least @returns {number} */
function expression(left, least) {
  let value = operand(left);
  for (;;) {
    const sign = left.at(-1) ?? "";
    const [strength, combine] = BINARY.get(sign) ?? [0, Math.max];
    if (strength <= least) return value;
    left.pop();
    value = combine(value, expression(left, strength - (RIGHTMOST_FIRST.includes(sign) ? 1 : 0)));
  }
}

/** @param {string[]} left @returns {number} */
function operand(left) {
  const token = left.pop() ?? "";
  if (token === "+" || token === "-") {
    const value = expression(left, SIGN);
    return token === "-" ? -value : value;
  }
  let value = atom(left, token);
  while (left.at(-1) === "%") {
    left.pop();
    value /= 100;
  }
  return value;
}

/** @param {string[]} left @param {string} token @returns {number} */
function atom(left, token) {
  if (token === "(") {
    const value = expression(left, 0);
    if (left.pop() !== ")") throw new Unread(`A bracket is not closed. ${HOW}`);
    return value;
  }
  const operation = FUNCTIONS.get(token);
  if (operation) return operation(atom(left, left.pop() ?? ""));
  const constant = CONSTANTS.get(token);
  if (constant) return constant;
  if (/^[\d.,]/.test(token)) return number(token);
  throw new Unread(
    `${token ? `“${token}” cannot be read here.` : "Something is missing at the end."} ${HOW}`,
  );
}

/** @param {string} token */
function number(token) {
  if (THOUSANDS.test(token)) {
    const [whole, decimal] = [token.replace(",", ""), token.replace(",", ".")];
    throw new Unread(`“${token}” can be read in two ways: write ${whole} or ${decimal}.`);
  }
  if (!NUMBER.test(token))
    throw new Unread(`“${token}” is not a number. Write thousands without marks between them, as 1440000.`);
  return Number(token.replace(",", "."));
}
