// A page that has stood open over an update of the book: its files are gone, its pictures and its words are not.
import assert from "node:assert/strict";
import { test } from "node:test";

const DESCRIPTION = { esm: "0a.js", grid: "0b.grid", stills: [], worker: "w.js", computes: [], spec: {} };

/** An explorer's place on a page whose files the host answers for like this. @param {number} status 0 for not at all */
async function opened(status) {
  const said = [];
  const element = Object.assign(new EventTarget(), {
    dataset: {},
    setAttribute() {},
    querySelector: () => ({ textContent: JSON.stringify(DESCRIPTION) }),
  });
  element.addEventListener("ntk-still", ({ detail }) => said.push(detail));
  globalThis.document = { querySelectorAll: () => [element] };
  globalThis.ResizeObserver = class {};
  globalThis.IntersectionObserver = class {
    constructor(seen) {
      this.observe = (target) => seen([{ isIntersecting: true, target }]);
    }
    unobserve() {}
  };
  globalThis.fetch = async () => {
    if (!status) throw new TypeError("no network");
    return { status, statusText: "", ok: status === 200, arrayBuffer: async () => new ArrayBuffer(8) };
  };
  await import(`../../front/pages/explorer_host.js?${status}`); // whose own files, beside it, are not there
  while (!said.length) await new Promise(setImmediate);
  return said;
}

test("files that are gone mean an update, and the picture stays", async () => {
  const old = "the book has been updated since this page was opened. Reload the page to try again";
  assert.deepEqual(await opened(404), [old]);
  assert.deepEqual(await opened(410), [old]);
});

test("a host that fails otherwise, or not at all, is no update", async () => {
  for (const status of [0, 200, 503])
    assert.match(
      (await opened(status))[0],
      /^it could not be started \(.*\)\. Reload the page to try again$/s,
    );
});
