/* Tells that an event was opened, read for long or shared: no cookie, no id, nothing kept here, and not where the reader objects.
   docs/popularity.md; what the server logs of it with consent alone: docs/insights.md */
(() => {
  const LONG = 20000; // milliseconds in sight
  // Where a card was shown goes with the link, as a fragment, which no server and no cache sees; it leaves the address at once.
  const mark = ({ target }) => {
    const link = target.closest?.("[data-surface] .card__title a"), list = link?.closest("[data-surface]");
    if (!list) return;
    const cards = [...document.querySelectorAll(`[data-surface=${list.dataset.surface}] .card`)];
    link.hash = `at-${list.dataset.surface}-${cards.indexOf(link.closest(".card"))}`;
  };
  for (const kind of ["click", "auxclick", "contextmenu"]) addEventListener(kind, mark, true);
  const [, surface = "", rank = ""] = /^#at-([a-z_]{1,8})-(\d{1,3})$/.exec(location.hash) || [];
  if (surface) history.replaceState(history.state, "", location.pathname + location.search);
  if (navigator.webdriver || navigator.globalPrivacyControl || navigator.doNotTrack === "1") return;
  // From where the reader came, as a host and never a page; the server keeps one word of a few (events/visit_sources.py).
  const from = () => {
    try {
      const before = new URL(document.referrer);
      return before.host === location.host && before.pathname.startsWith("/embed/") ? "embed" : before.hostname.slice(-60);
    } catch { return ""; }
  };
  const tag = () => (new URLSearchParams(location.search).get("utm_source") || "").replace(/[^\w.-]/g, "").slice(0, 30);
  const tell = (kind, event) => event && navigator.sendBeacon?.("/beacon", JSON.stringify({ kind, event, from: from(), tag: tag(), at: surface && `${surface}.${rank}` }));
  addEventListener("shared", ({ detail }) => tell("share", detail));
  const page = document.querySelector("[data-viewed]")?.dataset.event;
  let event = page, left = page ? LONG : 0, since = 0, timer;
  const seen = () => {
    const now = performance.now(), inSight = !document.prerendering && document.visibilityState === "visible";
    if (since) left -= now - since;
    since = inSight ? now : 0;
    clearTimeout(timer);
    if (!inSight || !page) return;
    tell("view", event);
    event = "";
    if (left > 0) timer = setTimeout(() => { left = 0; tell("long_view", page); }, left);
  };
  document.addEventListener("visibilitychange", seen);
  document.addEventListener("prerenderingchange", seen);
  seen();
})();
