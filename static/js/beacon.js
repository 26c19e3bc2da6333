/* Tells that an event was opened or shared: no cookie, no id, and not where the reader objects. docs/popularity.md */
(() => {
  if (navigator.webdriver || navigator.globalPrivacyControl || navigator.doNotTrack === "1") return;
  const tell = (kind, event) => event && navigator.sendBeacon?.("/beacon", JSON.stringify({ kind, event }));
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
