// Whatever comes as a grid or stands in an address is read, or refused in words: never another exception.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { DamagedGrid, fitting, gridOf, unpack } from "../../front/explorer/grid.js";
import { MOST_POINTS, readState } from "../../front/playground/settings.js";
import { readAddress, withSetting } from "../../front/shared/address.js";
import { readPoints } from "../../front/shared/points.js";
import { AXES, POINTS } from "./_wave.js";

const TRIES = 10_000;

/** Whole numbers below a limit, the same in every run. @param {number} seed */
function chance(seed) {
  let word = seed;
  return (/** @type {number} */ limit) => {
    word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
    return Math.floor((word / 2 ** 32) * limit);
  };
}

const HEADER = {
  sentences: ["a", "b", "c", "d", "e", "ф"],
  arrays: [
    { name: "x", size: 3, constant: true },
    { name: "y", size: 3, constant: false },
  ],
};
const NUMBERS = Float32Array.from({ length: 21 }, (_, i) => i / 2);

/** A grid as it is before it is packed. @param {unknown} header */
function raw(header) {
  const json = Buffer.from(JSON.stringify(header) ?? "");
  const text = Buffer.concat([json, Buffer.alloc(-json.length & 3, " ")]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, Buffer.from(NUMBERS.buffer)]);
}
const GOOD = raw(HEADER);
const buffer = (/** @type {Buffer} */ bytes) => new Uint8Array(bytes).buffer;

const ODD = [null, true, -1, 0.5, 0, 1, 4, 1e300, 2 ** 53, "", "x", "__proto__", [], [1], {}, ["a", 7]];

/** @param {(limit: number) => number} random */
function hostileHeader(random) {
  const header = structuredClone(HEADER);
  const odd = ODD[random(ODD.length)];
  const array = header.arrays[random(2)];
  const places = [
    () => Object.assign(header, { sentences: odd }),
    () => Object.assign(header, { arrays: odd }),
    () => Object.assign(header, { cells: odd }),
    () => Object.assign(header, { cells: [5, 4, 3, 2, 1, odd] }),
    () => header.sentences.splice(random(6), 1, odd),
    () => header.sentences.splice(random(6), 1),
    () => header.arrays.splice(random(2), 1, odd),
    () => Object.assign(array, { [["name", "size", "constant"][random(3)]]: odd }),
  ];
  places[random(places.length)]();
  return raw(random(20) ? header : odd);
}

/** @param {(limit: number) => number} random @param {Buffer} whole @returns {Buffer} */
function damaged(random, whole) {
  const copy = Buffer.from(whole);
  const flips = 1 + random(8);
  const end = random(2) ? copy.length : 8;
  switch (random(4)) {
    case 0:
      return Buffer.from(Array.from({ length: random(64) }, () => random(256)));
    case 1:
      return copy.subarray(0, random(copy.length));
    case 2:
      return Buffer.concat([copy, copy.subarray(0, random(9))]);
    default:
      for (let i = 0; i < flips; i++) copy[random(end)] ^= 1 << random(8);
      return copy;
  }
}

/** Every cell that it says it has can be drawn. @param {import("../../front/explorer/types.js").Grid} grid */
function assertReadable(grid) {
  for (const number of [0, 1, 5, 6, -1, 2 ** 31, Number.NaN, 0.5]) {
    const cell = grid(number);
    if (!cell) continue;
    assert.equal(typeof cell.sentence, "string");
    for (const array of Object.values(cell.arrays)) assert.ok(array instanceof Float32Array);
  }
}

test("a grid is read, or refused in words, whatever its bytes are", () => {
  const random = chance(1);
  const told = { read: 0, refused: 0 };
  for (let i = 0; i < TRIES; i++) {
    const bytes = random(2) ? hostileHeader(random) : damaged(random, GOOD);
    try {
      assertReadable(gridOf(buffer(bytes)));
      told.read++;
    } catch (error) {
      if (!(error instanceof DamagedGrid)) throw new Error(`${bytes.toString("latin1")}`, { cause: error });
      assert.match(String(error), /^it came damaged or cut short: \w/);
      told.refused++;
    }
  }
  assert.ok(told.read > 300 && told.refused > 5000, JSON.stringify(told));
});

test("a file is unpacked, or refused in words, and never to more than a page can bear", async () => {
  const random = chance(2);
  const packed = deflateSync(GOOD);
  assertReadable(await unpack(new Uint8Array(packed)));
  const tried = Array.from({ length: 1000 }, () => new Uint8Array(damaged(random, packed)));
  const ends = await Promise.allSettled(tried.map(unpack));
  const refused = ends.filter(({ status }) => status === "rejected");
  assert.ok(refused.length > 900, String(refused.length));
  for (const { reason } of refused) assert.ok(reason instanceof DamagedGrid, String(reason));
  const bomb = new Uint8Array(deflateSync(Buffer.alloc(2 ** 26 + 1), { level: 1 }));
  await assert.rejects(unpack(bomb), /cut short: it has more than 67108864 bytes/);
});

test("a grid of another edition is told from the explorer's own", () => {
  const panel = (/** @type {string[]} */ ...names) => [
    { figure: { data: names.map((y) => ({ x: "x", y })) } },
  ];
  const grid = gridOf(buffer(GOOD));
  assert.equal(fitting(grid, { axes: AXES, panels: panel("y") }), grid);
  const other = /it is of another edition/;
  for (const name of ["z", "constructor", "__proto__"])
    assert.throws(() => fitting(grid, { axes: AXES, panels: panel("y", name) }), other);
  const more = [...AXES, { ...AXES[1], name: "other", default: "zero" }];
  assert.throws(() => fitting(grid, { axes: more, panels: panel("y") }), other);
});

const VALUES = [
  ...["", " ", "%", "%E0%A4%A", "%00", "+", "null", "[]", "{}", "<img src=x>", "javascript:alert(1)"],
  ...["NaN", "-Infinity", "1e999", "0x10", "1_000", "٣", "-0", "2.5", "64", "100", "1024", "zero", "init"],
  ...[
    "0.5,-0.3,1",
    "0.5,-0.3,1;-1,1,0",
    "0.50,0,0;;",
    "9,9,9",
    "a0000",
    "a1y82a3w9zzzzzz",
    "\ud800",
    "&#38;",
  ],
];
const AXES_AND_POINTS = [...AXES, POINTS];
const KEYS = [
  ...AXES_AND_POINTS.map(({ name }) => `wave.${name}`),
  ...["play.width", "play.points", "play.classes", "play.seed", "play.rate", "__proto__", "constructor", ""],
];

/** @param {(limit: number) => number} random */
function query(random) {
  const text = () => String.fromCharCode(...Array.from({ length: random(12) }, () => random(0x2100)));
  const spell = (/** @type {string} */ one) =>
    random(4) ? one : [...Buffer.from(one)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const part = () => {
    if (!random(8)) return text();
    const value = random(4) ? VALUES[random(VALUES.length)] : text().repeat(random(50) ? 1 : 2000);
    return `${spell(KEYS[random(KEYS.length)])}=${spell(value)}`;
  };
  return Array.from({ length: random(6) }, part).join("&");
}

/** @param {string} search @param {string[]} free */
function assertLegal(search, free) {
  const { setting, complaints } = readAddress(search, "wave", AXES_AND_POINTS, free);
  assert.ok(complaints.every((each) => each.length < 300));
  const [n, anchor, points] = [setting.n, setting.anchor, setting.points];
  assert.ok(free.includes("n") ? Number.isInteger(n) && n >= 64 && n <= 1024 : AXES[0].values.includes(n));
  assert.ok(AXES[1].values.includes(anchor));
  assert.deepEqual(readPoints(POINTS, points), { value: points });
  return setting;
}

test("an address is read as what a reader could have set, whatever stands in it", () => {
  const random = chance(3);
  let moved = 0;
  for (let i = 0; i < TRIES; i++) {
    const search = `?${query(random)}`;
    const free = random(2) ? ["n", "points"] : [];
    const setting = assertLegal(search, free);
    const written = withSetting(`http://book/page.html${search}`, "wave", AXES_AND_POINTS, setting);
    assert.deepEqual(assertLegal(new URL(written).search, free), setting);
    moved += Number(setting.n !== 256 || setting.points !== POINTS.default);
    const { points, complaints } = readState(search);
    assert.ok(points.length > 0 && points.length <= MOST_POINTS);
    assert.ok(complaints.every((each) => each.length < 300));
  }
  assert.ok(moved > 100, String(moved));
});
