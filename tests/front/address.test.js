// The address of a page, with an explorer's part in it; what hostile ones do is in tests/playground.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readAddress, withSetting } from "../../front/shared/address.js";
import { AXES, START } from "./_wave.js";

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
