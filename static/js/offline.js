/* Reading without a network: registers the worker, tells it which events to keep, and says how old a copy is. docs/decisions/0070 */
(() => {
  const { worker, old, again } = document.currentScript.dataset;
  const { serviceWorker } = navigator;
  const { asOf } = document.body.dataset;
  if (asOf) {
    const minutes = Math.min(0, Math.round((new Date(asOf) - Date.now()) / 60000));
    const [count, unit] = minutes > -60 ? [minutes, "minute"] : minutes > -1440 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
    const age = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" }).format(count, unit);
    const notice = Object.assign(document.createElement("p"), { className: "notice notice--old", textContent: `${old.replace("{age}", age)} ` });
    notice.setAttribute("role", "status");
    notice.append(Object.assign(document.createElement("a"), { href: "", textContent: again }));
    const main = document.getElementById("main");
    (main.querySelector(".wrap") || main).prepend(notice);
  }
  if (!serviceWorker) return;
  if (!worker) { /* switched off: SERVICE_WORKER */
    serviceWorker.getRegistrations().then((held) => held.forEach((one) => one.unregister()), () => {});
    self.caches?.keys().then((names) => names.filter((name) => name.startsWith("nocturne-")).forEach((name) => caches.delete(name)), () => {});
    return;
  }
  self.keepForOffline = (kept) => serviceWorker.ready.then(({ active }) => active.postMessage({ type: "keep", ...kept }), () => {});
  addEventListener("load", () => serviceWorker.register(worker).catch(() => { /* forbidden here: everything works with a network */ }));
})();
