// Keeps the page's files, so that it opens without a connection after the first time.

const KEPT = { name: "", files: [] };

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const others = (await caches.keys()).filter((name) => name !== KEPT.name);
    await (await caches.open(KEPT.name)).addAll(KEPT.files);
    await Promise.all(others.map((name) => caches.delete(name)));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(caches.match(event.request, { ignoreSearch: true }).then((found) => found ?? fetch(event.request)));
});
