/* Live updates for an open page. WebSocket, then SSE, then polling; resumes from the outbox position that the page carries.
   A changed event's card is replaced where it stands. A new one goes in at once where that moves nothing that is being read,
   otherwise a marker offers it. Also: the share buttons. Without this file every page still works. */
(() => {
  const $ = (query, root = document) => root.querySelector(query);
  const $$ = (query, root = document) => [...root.querySelectorAll(query)];
  const body = document.body;
  const say = $("#arrivals");
  const dot = $("#livestate");
  const topics = (body.dataset.liveTopics || "").split(",").filter(Boolean);
  const base = body.dataset.liveUrl || location.origin;
  let epoch = body.dataset.liveEpoch;
  let offset = Number(body.dataset.liveOffset);
  let tries = 0, way = 0, since = null, socket = null, source = null, timer = 0, beat = 0;
  const waiting = new Map();

  /* --- sharing --- */
  addEventListener("click", async (click) => {
    const button = click.target.closest("[data-share]");
    if (!button) return;
    const url = new URL(button.dataset.share, location.origin).href;
    const title = $("h1, .card__title", button.closest("[data-event]"))?.textContent || document.title;
    try {
      if (navigator.share) await navigator.share({ title, url });
      else { await navigator.clipboard.writeText(url); tell("Address copied"); }
    } catch { /* closed by the reader */ }
  });

  function tell(words, action) {
    const item = document.createElement(action ? "button" : "p");
    item.textContent = words;
    if (action) { item.type = "button"; item.onclick = action; } else { item.className = "notice"; setTimeout(() => item.remove(), 4000); }
    say.replaceChildren(item);
  }
  if (!topics.length) return;

  /* --- saying how it stands --- */
  function state(name, words) {
    if (!dot) return;
    dot.dataset.state = name;
    if (dot.textContent !== words) dot.textContent = words;
  }
  function online() { tries = 0; since = null; state("live", "Live"); }
  function lost() {
    since = since || new Date();
    const clock = since.toTimeString().slice(0, 5);
    state("offline", navigator.onLine === false ? `Offline since ${clock}` : `Not live since ${clock}, trying again`);
    const pause = Math.min(60, 2 ** Math.min(tries++, 6)) * (500 + Math.random() * 500);
    clearTimeout(timer);
    timer = setTimeout(connect, pause);
  }

  /* --- three ways in --- */
  function connect() {
    clearTimeout(timer);
    if (navigator.onLine === false) return lost();
    [bySocket, byStream, byPolling][way]();
  }
  function bySocket() {
    let opened = false;
    const mine = socket = new WebSocket(`${base.replace(/^http/, "ws")}/ws/live`);
    mine.onopen = () => {
      opened = true;
      mine.send(JSON.stringify({ type: "subscribe", topics, epoch, after: offset }));
      clearInterval(beat);
      beat = setInterval(() => mine.readyState === 1 && mine.send('{"type":"ping"}'), 25000);
    };
    mine.onmessage = (message) => frame(JSON.parse(message.data));
    mine.onclose = () => {
      if (socket !== mine) return;
      clearInterval(beat);
      if (!opened && ++bySocket.failed > 2) way = 1;
      lost();
    };
  }
  bySocket.failed = 0;
  function byStream() {
    if (!window.EventSource) { way = 2; return connect(); }
    let opened = false;
    source = new EventSource(`${base}/api/v1/live?topics=${encodeURIComponent(topics.join(","))}&after=${epoch}-${offset}`);
    source.onopen = () => { opened = true; online(); };
    source.onerror = () => { source.close(); if (!opened && ++byStream.failed > 2) way = 2; lost(); };
    const take = (message) => { try { frame(JSON.parse(message.data)); } catch { /* a comment or a line of another kind */ } };
    for (const kind of ["hello", "subscribed", "error", "event.published", "event.changed", "event.cancelled", "event.removed", "event.merged"])
      source.addEventListener(kind, take);
    source.onmessage = take;
  }
  byStream.failed = 0;
  async function byPolling() {
    try {
      const answer = await fetch(`/api/v1/changes?after=${offset}&epoch=${epoch}&topics=${encodeURIComponent(topics.join(","))}`);
      if (!answer.ok) throw answer.status;
      const news = await answer.json();
      if (news.recovered === false) gap(news);
      else { news.results.forEach(frame); offset = news.offset; online(); }
      timer = setTimeout(connect, 20000 + Math.random() * 10000);
    } catch { lost(); }
  }

  /* --- frames --- */
  function frame(news) {
    if (news.type === "hello") { if (news.epoch !== epoch) gap(news); return; }
    if (news.type === "subscribed") {
      if (news.recovered === false) gap(news); else if (news.offset > offset) offset = news.offset;
      return online();
    }
    if (news.type === "error") return news.code === "slow" ? socket?.close() : undefined;
    if (!news.type?.startsWith("event.")) return;
    if (news.offset && news.offset < offset) return;
    if (news.offset) offset = news.offset;
    const id = news.data?.id || news.topic?.split(":").pop();
    if (id) change(news.type, id);
  }
  /* Too much was missed to catch up: the reader decides when the page is read again. */
  function gap(news) {
    epoch = news.epoch || epoch;
    offset = news.offset ?? offset;
    online();
    tell("Much has changed. Read the page again", () => location.reload());
  }

  /* --- the page --- */
  async function change(type, id) {
    if ($("[data-live-page]") && $(`article[data-event="${id}"]`)) return reread();
    const held = $$(`.card[data-event="${id}"]`);
    const list = $("[data-live-list]");
    if (!held.length && (!list || type === "event.removed" || type === "event.merged" || type === "event.cancelled")) return;
    const answer = await fetch(`/events/${id}/card${list && !held.length ? `?${list.dataset.liveList}` : ""}`);
    if (answer.status === 410) return held.forEach(gone);
    if (answer.status !== 200) return;
    const html = await answer.text();
    const made = () => new DOMParser().parseFromString(`<ol>${html}</ol>`, "text/html").querySelector(".card");
    if (held.length) return held.forEach((card) => swap(card, made()));
    const card = made();
    card.classList.add("card--arrived");
    waiting.set(id, card);
    settle();
  }
  function swap(card, fresh) {
    const focused = card.contains(document.activeElement);
    card.replaceWith(fresh);
    if (focused) $("a", fresh)?.focus({ preventScroll: true });
  }
  function gone(card) {
    card.classList.add("card--removed");
    if ($(".band--removed", card)) return;
    const band = document.createElement("p");
    band.className = "band band--removed";
    band.textContent = "No longer listed";
    $(".card__body", card).prepend(band);
  }
  /* Where a card belongs: before the first one of its section that begins later. */
  function place(card) {
    const at = Number(card.dataset.sort);
    const cards = $$("#list .card:not(.card--arrived)").filter((other) => !other.closest('[data-section="ongoing"]'));
    const next = cards.find((other) => Number(other.dataset.sort) > at);
    if (next) return { parent: next.parentNode, next };
    const lists = $$("#list .cards:not([data-section=ongoing])");
    return { parent: lists[lists.length - 1] || $("#list"), next: null };
  }
  function insert(card) {
    const { parent, next } = place(card);
    parent.insertBefore(card, next);
    parent.parentNode.querySelector(".empty")?.remove();
  }
  function settle() {
    for (const [id, card] of waiting) {
      const { parent, next } = place(card);
      const edge = next ? next.getBoundingClientRect().top : parent.getBoundingClientRect().bottom;
      if (edge > innerHeight) { insert(card); waiting.delete(id); }
    }
    if (!waiting.size) return;
    const first = $(".card__title", waiting.values().next().value).textContent.trim();
    tell(waiting.size === 1 ? `New: ${first}` : `${waiting.size} new events`, () => {
      const cards = [...waiting.values()];
      cards.forEach(insert);
      waiting.clear();
      say.replaceChildren();
      $("a", cards[0])?.focus({ preventScroll: true });
      cards[0].scrollIntoView({ block: "center" });
    });
  }
  async function reread() {
    const answer = await fetch(location.pathname);
    if (answer.status === 410) return tell("This event was taken down. Read the page again", () => location.reload());
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of $$("[data-live-swap]")) {
      const next = fresh.getElementById(part.id);
      if (next && next.innerHTML !== part.innerHTML) { part.replaceWith(document.adoptNode(next)); tell("This page was just brought up to date"); }
    }
  }

  addEventListener("online", () => { tries = 0; connect(); });
  addEventListener("offline", () => { socket?.close(); source?.close(); });
  addEventListener("pagehide", () => { const old = socket; socket = null; old?.close(); source?.close(); clearTimeout(timer); });
  addEventListener("pageshow", (shown) => shown.persisted && connect());
  connect();
})();
