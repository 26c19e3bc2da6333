
/* Push notices (notices/push.py): { title, body, path, tag, lang, off: { path, label, done } }. A notice that comes twice is shown once, by its tag. */
const RENEW = "/me/notices/devices/renew/";

addEventListener("push", (event) => {
  const told = event.data?.json();
  if (told) event.waitUntil(show(told));
});

addEventListener("notificationclick", (event) => {
  const { notification, action } = event, { path, off } = notification.data;
  notification.close();
  event.waitUntil(action === "off" ? end(off, notification) : open(path));
});

/* The push service ended the subscription: take another one, and tell it by the token that the page has left here (push.js). */
addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

async function renew({ newSubscription }) {
  const held = await (await caches.open(PUSH)).match(RENEW);
  if (!held) return;
  const { renewal, key } = await held.json();
  const now = newSubscription || await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint, keys } = now.toJSON();
  const answer = await fetch(RENEW, { method: "POST", credentials: "omit", body: new URLSearchParams({ renewal, endpoint, ...keys }) });
  if (answer.status === 404) await now.unsubscribe(); /* removed elsewhere meanwhile */
}

function show({ title, body, path, tag, lang, off }) {
  return registration.showNotification(title, { body, tag, lang, icon: self.SITE.icon, data: { path, off }, actions: off ? [{ action: "off", title: off.label }] : [] });
}

/* One tap ends this kind on all devices; what the server does not take is asked on its page. */
async function end(off, { tag, lang }) {
  const answer = await fetch(off.path, { method: "POST", credentials: "omit" }).catch(() => null);
  if (!answer?.ok) return open(off.path);
  return registration.showNotification(off.done, { tag, lang, icon: self.SITE.icon, data: { path: "/me/notices/settings/" } });
}

async function open(path) {
  const address = new URL(path, location.origin).href;
  const there = (await clients.matchAll({ type: "window", includeUncontrolled: true })).find((one) => one.url === address);
  return there ? there.focus() : clients.openWindow(address);
}
