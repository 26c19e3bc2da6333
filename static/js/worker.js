/* The service worker; `/sw.js` puts `self.SITE` before it: { version, hashed, assets, offline, untouched }. Three rules:
   - Pages always come from the network, so that no old page stands beside a new one. Files that pages load come from the cache by their hash.
   - Only what an anonymous reader would get is kept: events that were saved on this device, and the list of them. Staff pages, accounts and the API are not even looked at.
   - A new version waits until one page at most is open, and takes over while that one is left. */
const { version, hashed, assets, offline, untouched } = self.SITE;
const ASSETS = `nocturne-assets-${version}`, KEPT = "nocturne-saved", PUSH = "nocturne-push", COPIES = "/saved/copies/";
const OLD = 6 * 3600 * 1000;
const known = new Set(assets), others = new RegExp(untouched);
const copyOf = (id) => `${COPIES}${id}`, pictureOf = (id) => `${COPIES}${id}/picture`, LIST = `${COPIES}list`;
let turn = Promise.resolve();

addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(ASSETS);
  await cache.addAll([...assets, ...Object.values(offline)].map((url) => new Request(url, { credentials: "omit", cache: "no-cache" })));
})()));

addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("nocturne-") && ![ASSETS, KEPT, PUSH].includes(name)) await caches.delete(name);
  await registration.navigationPreload?.enable();
})()));

addEventListener("message", (event) => {
  const { data } = event;
  if (data?.type === "take over") skipWaiting();
  if (data?.type === "keep") event.waitUntil(turn = turn.then(() => keep(data)).catch(() => { /* without a network: at the next contact */ }));
});

addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || request.headers.has("authorization") || others.test(url.pathname)) return;
  if (known.has(url.pathname)) event.respondWith(asset(request));
  else if (url.pathname.startsWith(COPIES)) event.respondWith(copy(url.pathname).then((held) => held || new Response("", { status: 404 })));
  else if (request.mode === "navigate") event.respondWith(page(event, url));
});

async function asset(request) {
  const held = await (await caches.open(ASSETS)).match(request.url);
  if (held && hashed) return held;
  try {
    return await fetch(request);
  } catch (error) {
    if (held) return held;
    throw error;
  }
}

async function page(event, url) {
  const { waiting } = registration;
  if (waiting && (await clients.matchAll({ type: "window", includeUncontrolled: true })).length <= 1) waiting.postMessage({ type: "take over" });
  const id = /^\/(?:[a-z]{2}\/)?events\/[^/]*-([0-9a-f]{32})\/$/.exec(url.pathname)?.[1];
  try {
    const answer = await event.preloadResponse || await fetch(event.request);
    if (id && (answer.status === 404 || answer.status === 410)) event.waitUntil(drop(id));
    return answer;
  } catch {
    const list = /^\/(?:[a-z]{2}\/)?saved\/$/.test(url.pathname) && !url.search;
    const language = /^\/([a-z]{2})\//.exec(url.pathname)?.[1];
    return (id && await copy(copyOf(id))) || (list && await copy(LIST)) || (await caches.open(ASSETS)).match(offline[language] || offline.en);
  }
}

/* The copies are those of `events` ({ id: { href, version } }) and of the list of them; every other one goes first. */
async function keep({ events, list }) {
  const cache = await caches.open(KEPT);
  for (const { url } of await cache.keys()) {
    const id = new URL(url).pathname.slice(COPIES.length).split("/")[0];
    if (!(id in events) && (id !== "list" || !list)) await cache.delete(url);
  }
  if (list) await store(cache, LIST, list, "");
  for (const [id, { href, version: wanted }] of Object.entries(events)) {
    const held = await cache.match(copyOf(id));
    if (held?.headers.get("x-version") === `${wanted}` && Date.now() - new Date(held.headers.get("x-as-of")) < OLD) continue;
    if (!await store(cache, copyOf(id), href, wanted, id)) await drop(id);
  }
}

async function store(cache, key, href, wanted, id) {
  const answer = await fetch(href, { credentials: "omit", cache: "no-cache" });
  if (answer.status === 404 || answer.status === 410) return false;
  if (!answer.ok) return true; /* busy: what is held stays */
  const headers = new Headers(answer.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  headers.set("x-version", wanted);
  headers.set("x-as-of", new Date().toISOString());
  await cache.put(key, new Response(id ? await withPicture(cache, await answer.text(), id) : await answer.text(), { headers }));
  return true;
}

/* A page offers its picture in several sizes; a copy has one. */
async function withPicture(cache, text, id) {
  const [whole, art, address] = /<div class="event__art[^"]*">(<picture>.*?<img src="(\/media\/[^"?]+)".*?<\/picture>)/s.exec(text)?.slice(0, 3) || [];
  if (!whole) return text;
  const answer = await fetch(address, { credentials: "omit" }).catch(() => null);
  if (!answer?.ok) return text;
  await cache.put(pictureOf(id), answer);
  return text.replace(art, () => art.replace(/<source[^>]*>/g, "").replace(address, () => pictureOf(id)));
}

async function copy(key) {
  const held = await (await caches.open(KEPT)).match(key);
  if (!held || key.endsWith("/picture")) return held;
  const text = (await held.text()).replace("<body", () => `<body data-as-of="${held.headers.get("x-as-of")}"`);
  return new Response(text, { headers: held.headers });
}

async function drop(id) {
  const cache = await caches.open(KEPT);
  await Promise.all([cache.delete(copyOf(id)), cache.delete(pictureOf(id))]);
}
