/* What /sw.js is where the service worker is switched off: it deletes what its predecessors kept, and itself. */
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("nocturne-")) await caches.delete(name);
  await registration.unregister();
})()));
