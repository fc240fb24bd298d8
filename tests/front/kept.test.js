// The service worker of a reader who keeps the book: the network first, then what is kept.
import assert from "node:assert/strict";
import { test } from "node:test";

const SCOPE = "http://book/ntk/";
const listeners = {};
globalThis.addEventListener = (kind, listener) => {
  listeners[kind] = listener;
};
globalThis.registration = { scope: SCOPE };
globalThis.caches = {
  match: async (url, options) => {
    assert.deepEqual(options, { ignoreSearch: true, cacheName: "ntkbook" });
    return { "old.grid": "kept grid", "index.html": "kept page" }[url.href.replace(SCOPE, "").split("?")[0]];
  },
};
await import("../../front/pages/kept.js");

/** @param {string} path @param {number} status of the network; 0 where there is none @param {object} [more] */
async function answer(path, status, more = {}) {
  globalThis.fetch = async () => {
    if (!status) throw new TypeError("no network");
    return { status };
  };
  let answered = null;
  const request = { url: new URL(path, SCOPE).href, method: "GET", ...more };
  listeners.fetch({
    request,
    respondWith: (reply) => {
      answered = reply;
    },
  });
  return answered;
}

test("what the network has comes from there", async () => {
  assert.deepEqual(await answer("index.html", 200), { status: 200 });
  assert.deepEqual(await answer("index.html", 503), { status: 503 });
});

test("without a network, and where the host has a file no more, what is kept is given", async () => {
  assert.equal(await answer("", 0), "kept page");
  assert.equal(await answer("index.html?a=1", 0), "kept page");
  assert.equal(await answer("old.grid", 404), "kept grid");
});

test("what is nowhere fails as it would have", async () => {
  assert.deepEqual(await answer("never.grid", 404), { status: 404 });
  assert.equal((await answer("never.grid", 0)).type, "error");
});

test("other sites and other methods are left alone", async () => {
  assert.equal(await answer("http://elsewhere/old.grid", 0), null);
  assert.equal(await answer("old.grid", 0, { method: "POST" }), null);
});
