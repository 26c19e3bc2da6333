/* Events saved on this device: their ids alone, in localStorage, the newest first. At each contact the server is asked what became of them; what was
   taken down is forgotten here and in the copies for reading offline (worker.js). Without this script there is no button. docs/decisions/0070 */
(() => {
  const KEY = "nocturne.saved", MOST = 100;
  const words = document.currentScript.dataset;
  const { root = "" } = document.documentElement.dataset;
  const hex = (id) => id.replaceAll("-", "");
  const read = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY));
      return Array.isArray(kept) ? kept.filter((id) => /^[0-9a-f]{32}$/.test(id)).slice(0, MOST) : [];
    } catch { return []; /* nothing kept, or keeping is forbidden */ }
  };
  const write = (ids) => localStorage.setItem(KEY, JSON.stringify(ids));
  const query = (ids) => ids.map((id) => `id=${id}`).join("&");
  let timer = 0;

  try { write(read()); } catch { document.documentElement.classList.add("no-storage"); return; /* the buttons are hidden */ }

  function show(root) {
    const ids = new Set(read());
    for (const button of root.querySelectorAll("[data-save]")) button.setAttribute("aria-pressed", ids.has(hex(button.dataset.save)));
  }
  function tell(text) {
    const notice = Object.assign(document.createElement("p"), { className: "notice", textContent: text });
    document.getElementById("arrivals").append(notice);
    setTimeout(() => notice.remove(), 6000);
  }
  function forget(gone, moved = {}) {
    const held = read(), ids = [...new Set(held.filter((id) => !gone.includes(id)).map((id) => moved[id] || id))];
    if (String(ids) === String(held)) return;
    write(ids);
    show(document);
  }
  /* One small answer for all saved events. Without a network the copies stay as they are. */
  async function contact() {
    const ids = read();
    let state = { events: {}, moved: {}, gone: [] };
    if (ids.length) {
      const answer = await fetch(`/saved/state?${query(ids)}`, { credentials: "omit" });
      if (!answer.ok) return;
      state = await answer.json();
      self.nocturneAccount?.follow(state.gone, state.moved);
      forget(state.gone, state.moved);
    }
    const events = Object.fromEntries(Object.entries(state.events).filter(([id]) => read().includes(id))
      .map(([id, { href, version }]) => [id, { href: root + href, version: version + root }]));
    const held = Object.keys(events);
    self.keepForOffline?.({ events, list: held.length ? `${root}/saved/?${query(held)}` : "" });
  }
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => contact().catch(() => { /* offline: at the next contact */ }), 400);
  };

  addEventListener("click", (click) => {
    const button = click.target.closest("[data-save]");
    if (!button) return;
    const id = hex(button.dataset.save), ids = read(), rest = ids.filter((other) => other !== id);
    const kept = rest.length === ids.length ? [id, ...ids] : rest;
    if (kept.length > MOST) self.nocturneAccount?.makeRoom(kept);
    if (kept.length > MOST) { tell(words.full); return; }
    try { write(kept); } catch { tell(words.full); return; }
    show(document);
    soon();
    self.nocturneAccount?.soon();
  });
  addEventListener("storage", ({ key }) => key === KEY && show(document));
  document.addEventListener("live", ({ detail: { type, data } }) => /removed|merged|changed|cancelled/.test(type) && read().includes(hex(data?.id || "")) && soon());
  new MutationObserver((changes) => changes.some(({ addedNodes }) => addedNodes.length) && show(document)).observe(document.body, { childList: true, subtree: true });
  const replace = (ids) => {
    if (String(ids) === String(read())) return;
    write(ids);
    show(document);
    soon();
    document.dispatchEvent(new Event("saved"));
  };
  self.nocturneSaved = { read, query, forget, replace, tell };
  show(document);
  addEventListener("load", soon);
})();
