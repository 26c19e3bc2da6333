/* Tells that an event was opened or shared: no cookie, no id, and not where the reader objects. docs/popularity.md */
(() => {
  if (navigator.webdriver || navigator.globalPrivacyControl || navigator.doNotTrack === "1") return;
  // From where the reader came, as a host and never a page; the server keeps one word of a few (events/visit_sources.py).
  const from = () => {
    try {
      const before = new URL(document.referrer);
      return before.host === location.host && before.pathname.startsWith("/embed/") ? "embed" : before.hostname.slice(-60);
    } catch { return ""; }
  };
  const tag = () => (new URLSearchParams(location.search).get("utm_source") || "").replace(/[^\w.-]/g, "").slice(0, 30);
  const tell = (kind, event) => event && navigator.sendBeacon?.("/beacon", JSON.stringify({ kind, event, from: from(), tag: tag() }));
  addEventListener("shared", ({ detail }) => tell("share", detail));
  let event = document.querySelector("[data-viewed]")?.dataset.event;
  const seen = () => {
    if (document.prerendering || document.visibilityState !== "visible") return;
    tell("view", event);
    event = "";
  };
  document.addEventListener("visibilitychange", seen);
  document.addEventListener("prerenderingchange", seen);
  seen();
})();
