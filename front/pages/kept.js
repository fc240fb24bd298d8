// A service worker, for readers who keep the book on their device (front/reader/device.js). What the network has comes
// from the network, so that a page is never older than it need be; without one it comes from what is kept.
const CACHE = "ntkbook";
const scope = /** @type {any} */ (globalThis);

scope.addEventListener("install", () => scope.skipWaiting());
scope.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(scope.registration.scope)) return;
  event.respondWith(fetch(request).catch(() => kept(request.url)));
});

/** @param {string} address @returns {Promise<Response>} */
async function kept(address) {
  const url = new URL(address);
  if (url.pathname.endsWith("/")) url.pathname += "index.html";
  const options = { ignoreSearch: true, cacheName: CACHE };
  return (await caches.match(url, options)) ?? Response.error();
}
