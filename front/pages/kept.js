// A service worker, for readers who keep the book on their device (front/reader/device.js). What the network has comes
// from the network, so that a page is never older than it need be; without one it comes from what is kept. So does a file
// that the host has no more, which a page asks for that has stood open over an update.
const CACHE = "ntkbook";

/** @typedef {{ waitUntil(done: Promise<unknown>): void }} Waits */
/** @typedef {{ request: Request, respondWith(response: Promise<Response>): void }} Asks */
/** @typedef {{ skipWaiting(): Promise<void>, clients: { claim(): Promise<void> }, registration: { scope: string } }} Own */

const scope = /** @type {EventTarget & Own} */ (/** @type {unknown} */ (globalThis));

scope.addEventListener("install", () => scope.skipWaiting());
scope.addEventListener("activate", (event) =>
  /** @type {Waits} */ (/** @type {unknown} */ (event)).waitUntil(scope.clients.claim()),
);
scope.addEventListener("fetch", (event) => {
  const fetching = asked(event);
  const { url, method } = fetching.request;
  if (method !== "GET" || !url.startsWith(scope.registration.scope)) return;
  fetching.respondWith(
    fetch(fetching.request).then(
      async (reply) => (reply.status === 404 ? ((await kept(url)) ?? reply) : reply),
      async () => (await kept(url)) ?? Response.error(),
    ),
  );
});

/** @param {Event} event @returns {Asks} */
function asked(event) {
  return /** @type {Asks} */ (/** @type {unknown} */ (event));
}

/** @param {string} address @returns {Promise<Response | undefined>} */
async function kept(address) {
  const url = new URL(address);
  if (url.pathname.endsWith("/")) url.pathname += "index.html";
  const options = { ignoreSearch: true, cacheName: CACHE };
  return caches.match(url, options);
}
