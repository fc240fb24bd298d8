// The address of a page, with an explorer's part in it; what hostile ones do is in tests/playground.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readAddress, withSetting } from "../../front/shared/address.js";
import { AXES, POINTS, START } from "./_wave.js";

const write = (href, setting) => withSetting(href, "wave", AXES, setting);

test("defaults are left out, everything else is untouched", () => {
  const address = "http://book/page.html?other=1%202&wave.nothing=3#here";
  assert.equal(write(address, START), address);
  assert.equal(
    write(address, { n: 64, anchor: "zero" }),
    "http://book/page.html?other=1%202&wave.nothing=3&wave.n=64&wave.anchor=zero#here",
  );
});

test("what was there of it before gives way, however it is written", () => {
  assert.equal(
    write("http://book/page.html?wave%2En=64&wave.anchor=zero&wave.n=1", START),
    "http://book/page.html",
  );
});

test("what is written is read again", () => {
  const setting = { n: 1024, anchor: "zero" };
  const { search } = new URL(write("http://book/page.html", setting));
  assert.deepEqual(readAddress(search, "wave", AXES), { setting, complaints: [] });
  assert.deepEqual(readAddress(search, "other", AXES), { setting: START, complaints: [] });
});

test("what cannot be meant is complained of, axis by axis", () => {
  const { setting, complaints } = readAddress("?wave.n=100&wave.anchor=x", "wave", AXES);
  assert.deepEqual(setting, START);
  assert.match(complaints[0], /100 needs a running notebook/);
  assert.match(complaints[1], /“x” is not one of the choices/);
});

test("points stand in an address as they are read", () => {
  const setting = { ...START, points: "0.25,-1.5,1" };
  const axes = [...AXES, POINTS];
  const href = withSetting("http://book/page.html", "wave", axes, setting);
  assert.equal(href, "http://book/page.html?wave.points=0.25,-1.5,1");
  const read = (search) => readAddress(search, "wave", axes, ["points"]).setting.points;
  assert.equal(read(new URL(href).search), "0.25,-1.5,1");
  assert.equal(read("?wave.points=0.25%2C-1.5%2C1"), "0.25,-1.5,1");
});
