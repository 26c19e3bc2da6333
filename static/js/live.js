/* docs/live.md: In the browser */
(() => {
  const KINDS = "hello subscribed event.published event.changed event.cancelled event.removed event.merged registration.changed place.status weather.update presence run.progress desk.queue system.notice notice.told notice.read";
  const $ = (query, root = document) => root.querySelector(query);
  const $$ = (query, root = document) => [...root.querySelectorAll(query)];
  const pass = (time) => new Promise((done) => setTimeout(done, time));
  const clock = () => new Date().toTimeString().slice(0, 5);
  const here = document.body.dataset;
  const base = here.liveUrl || location.origin;
  const topics = [...new Set($$("[data-live-topics]").flatMap((one) => one.dataset.liveTopics.split(",")))];
  const asked = `${here.liveFilters || ""}topics=${encodeURIComponent(topics)}&after=`;
  const mark = () => epoch ? `${epoch}-${offset}` : "";
  const open = new Set(), todo = new Map(), waiting = new Map();
  let epoch = here.liveEpoch, offset = here.liveOffset && +here.liveOffset;
  let way = 0, failed = 0, tries = 0, probes = 0, pause = 0, watching = 0, active, since, timer, again, rest, busy, stale;

  function tell(words, action) {
    const box = $("#arrivals");
    if (!box) return;
    const item = document.createElement(action ? "button" : "p");
    item.textContent = words;
    if (!(item.onclick = action)) { item.className = "notice"; setTimeout(() => item.remove(), 6000); }
    $(item.localName, box)?.remove();
    box.append(item);
  }
  const anew = () => tell(say("Much has changed. Reload the page"), () => location.reload());
  if (!topics.length) return;

  function state(name, words) {
    const dot = $("#livestate");
    if (!dot || dot.textContent === words) return;
    dot.dataset.state = name;
    dot.textContent = words;
  }
  function away() {
    since ||= clock();
    state("offline", say(navigator.onLine ? "Not live since {time}" : "Offline since {time}", { time: since }));
  }
  function lost(wasUp) {
    away();
    if (!wasUp) {
      way = (way + 1) % 3;
      if (++failed % 3) return attempt(way);
    }
    timer = setTimeout(connect, pause || 300 + Math.random() * Math.min(60, 3 * 2 ** tries++) * 1000);
    pause = 0;
  }
  function connect() {
    quit();
    attempt(way);
  }
  function quit() {
    clearTimeout(timer);
    clearTimeout(again);
    open.forEach((end) => end());
    active = null;
  }

  /* up() when subscribed, down() when over; returns its end */
  const ways = [
    (up, down, take) => {
      const socket = new WebSocket(`${base.replace(/^http/, "ws")}/ws/live?${asked + mark()}`);
      let silent = 0;
      const beat = setInterval(() => silent++ ? down() : socket.readyState === 1 && socket.send('{"type":"ping"}'), 25000);
      socket.onmessage = (message) => { silent = 0; take(message); };
      socket.onclose = down;
      return () => { clearInterval(beat); socket.onclose = socket.onmessage = null; socket.close(); };
    },
    (up, down, take, renew) => {
      const source = new EventSource(`${base}/api/v1/live?${asked + mark()}`);
      source.onerror = () => source.readyState || !renew() ? down() : 0;
      for (const kind of KINDS.split(" ")) source.addEventListener(kind, take);
      return () => source.close();
    },
    (up, down) => {
      const stop = new AbortController();
      (async () => {
        for (let wait = 0; ; wait = 25) {
          const began = Date.now(), guard = setTimeout(down, 45000);
          const answer = await fetch(`/api/v1/changes?${asked + mark()}&wait=${wait}`, stop);
          if (!answer.ok) { pause = 1000 * answer.headers.get("retry-after"); throw 0; }
          const news = await answer.json();
          clearTimeout(guard);
          up();
          if (news.recovered && !stale) { news.results.forEach(frame); offset = Math.max(offset, news.offset); } else await gap(news);
          if (wait && !news.results[0] && Date.now() - began < 5000) await pass(15000 * (1 + Math.random()));
        }
      })().catch(down);
      return () => stop.abort();
    },
  ];
  function attempt(n) {
    let isUp = 0, over = 0, greeted = 0, end;
    let guard = setTimeout(down, 10000);
    function up() {
      if (over) return;
      clearTimeout(guard);
      if (active !== close) active?.();
      active = close;
      way = n;
      isUp = 1;
      failed = tries = 0;
      state("live", since ? say("Live again since {time}", { time: clock() }) : say("Live"));
      since = 0;
      later();
    }
    function down() {
      if (over) return;
      close();
      if (!active || active === close) { active = null; lost(isUp); } else later();
    }
    function close() {
      over = 1;
      clearTimeout(guard);
      open.delete(close);
      end?.();
    }
    function renew() {
      if (!isUp) return 0;
      isUp = greeted = 0;
      away();
      return guard = setTimeout(down, 90000);
    }
    function take(message) {
      const news = JSON.parse(message.data);
      if (news.type === "hello") { if (greeted) gap(news); greeted = news.epoch; }
      else if (news.type === "subscribed") {
        up();
        if (news.recovered && epoch && !stale && !/(desk|run|scan):/.test(topics)) offset = Math.max(offset, news.offset);
        else gap({ epoch: epoch && greeted, offset: news.offset });
      } else if (news.type !== "error") frame(news);
      else if (!isUp) down();
    }
    open.add(close);
    try { end = ways[n](up, down, take, renew); } catch { down(); }
  }
  function later() {
    clearTimeout(again);
    if (way) again = setTimeout(() => attempt(probes++ % way), Math.min(600, 15 * 2 ** probes) * 1000 * (1 + Math.random()));
    else probes = 0;
  }

  function frame(news) {
    const { type, data = {} } = news;
    if (data.retry_after_ms) pause = data.retry_after_ms;
    watching = data.watching ?? watching;
    if (/^(event|place|weather|desk|run)\./.test(type)) {
      if (news.offset <= offset && !/^[dr]/.test(type)) return; // transient: the offset is that of the moment
      todo.set(type[0] === "e" && data.id, type);
      work();
    }
    offset = Math.max(offset, news.offset ?? offset);
    document.dispatchEvent(new CustomEvent("live", { detail: news }));
  }
  async function gap(news) {
    epoch = news.epoch || epoch;
    offset = news.offset ?? offset;
    todo.set(false);
    await work();
  }
  async function work() {
    if (busy) return;
    busy = 1;
    try {
      await pass(Math.random() * Math.min(5000, Math.max(300, 5 * watching)));
      while (todo.size) {
        const [[id, type]] = todo;
        if (todo.size > 20) { todo.clear(); await reread(); } else { todo.delete(id); await change(id, type); }
      }
    } catch { todo.clear(); stale = 1; anew(); }
    busy = 0;
  }

  async function change(id, type) {
    if (!id || $(`article[data-event="${id}"]`)) return reread();
    const held = $$(`.card[data-event="${id}"]`), list = $("[data-live-list]")?.dataset.liveList;
    waiting.delete(id);
    if (held[0] || list && !/removed|merged|cancelled/.test(type)) {
      const path = `${document.documentElement.dataset.root}${here.liveCards || ""}/events/${id}/card?`, answer = await read(path + (list || ""));
      const page = answer === 204 && held[0] ? await read(path) : answer;
      for (const old of held) {
        const now = page.body ? swap(old, $(".card", page).cloneNode(true)) : old;
        if (!answer.body) leave(now, say(answer === 410 ? "No longer listed" : "Not in this list any more"));
      }
      if (!held[0] && page.body) arrive(id, $(".card", page));
    }
    settle();
  }
  function arrive(id, card) {
    card.classList.add("card--arrived");
    waiting.set(id, card);
  }
  async function read(url) {
    const answer = await fetch(url, { headers: { "live-after": mark() } });
    if (answer.redirected || /204|410/.test(answer.status)) return answer.status;
    if (!answer.ok) throw 0;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }
  function swap(old, fresh) {
    const focused = old.contains(document.activeElement);
    old.replaceWith(fresh);
    if (focused) $("a,button", fresh)?.focus({ preventScroll: true });
    return fresh;
  }
  function leave(card, words) {
    card.classList.add("card--removed");
    const band = $(".band--removed", card) || document.createElement("p");
    band.className = "band band--removed";
    band.textContent = words;
    $(".card__body", card).prepend(band);
  }
  function place(card) {
    const at = +card.dataset.sort;
    const lists = $$("#list .cards:not([data-section=ongoing])");
    const next = lists.flatMap((list) => $$(".card:not(.card--arrived)", list)).find((other) => +other.dataset.sort > at);
    return [next ? next.parentNode : lists.pop() || $("#list"), next || null];
  }
  function insert(card) {
    const [parent, next] = place(card);
    parent.insertBefore(card, next);
    $(".empty", parent.parentNode)?.remove();
  }
  function settle() {
    for (const [id, card] of waiting) {
      const [parent, next] = place(card), box = (next || parent).getBoundingClientRect();
      if ((next ? box.top : box.bottom) > innerHeight) { insert(card); waiting.delete(id); }
    }
    const cards = [...waiting.values()];
    if (!cards[0]) return $("#arrivals button")?.remove();
    tell(cards.length === 1 ? say("New: {title}", { title: $(".card__title", cards[0]).textContent.trim() }) : say("New events: {count}", { count: cards.length }), () => {
      cards.forEach(insert);
      waiting.clear();
      settle();
      $("a", cards[0])?.focus({ preventScroll: true });
      cards[0].scrollIntoView({ block: "center" });
    });
  }
  async function reread() {
    const parts = $$("[data-live-swap]"), list = $("[data-live-list]");
    stale = 0;
    for (const url of new Set([...parts.map((part) => part.dataset.liveSwap), ...(list ? [""] : [])])) {
      const page = await read(url || location.href);
      if (!page.body) return anew();
      const { liveEpoch, liveOffset } = page.body.dataset;
      if (liveEpoch) { epoch = liveEpoch; offset = +liveOffset; }
      for (const part of parts) {
        const next = part.dataset.liveSwap === url && page.getElementById(part.id);
        if (next && !next.isEqualNode(part)) { swap(part, next); if ("livePage" in part.dataset) tell(say("This page was just updated")); }
      }
      if (list && !url) await compare(page);
    }
  }
  async function compare(page) {
    const found = new Map([...$$("#list .card", page), ...await self.readMore?.() || []].map((card) => [card.dataset.event, card]));
    for (const old of $$("#list .card")) {
      const id = old.dataset.event, card = found.get(id);
      found.delete(id);
      if (!card) await change(id);
      else if (!card.isEqualNode(old)) swap(old, card);
    }
    found.forEach((card, id) => arrive(id, card));
    settle();
  }

  addEventListener("online", connect);
  addEventListener("offline", () => { quit(); lost(1); });
  addEventListener("pagehide", quit);
  addEventListener("pageshow", (shown) => shown.persisted && connect());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) rest = setTimeout(() => { rest = 0; quit(); }, 60000);
    else if (rest) clearTimeout(rest);
    else connect();
  });
  connect();
})();
