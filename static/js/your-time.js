/* A moment in the reader's time, where that is not the time of the place. It stands in a shadow root, so that the page's own words stay what the
   server said, and a page that came anew can be compared with them. */
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const language = document.documentElement.lang || undefined;
  const offsetHere = (at) => -new Date(at).getTimezoneOffset();
  const offsetThere = (iso) => {
    const found = /([+-])(\d\d):(\d\d)$/.exec(iso);
    return found ? (found[1] + 1) * (found[2] * 60 + +found[3]) : 0;
  };
  function show(place) {
    const { yourTime: start, yourEnd: end, yourWords: words } = place.dataset;
    if (!start || place.shadowRoot || !start.includes("T") || offsetHere(start) === offsetThere(start)) return;
    const format = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
    const said = end ? format.formatRange(new Date(start), new Date(end)) : format.format(new Date(start));
    place.attachShadow({ mode: "open" }).textContent = words.replace("WHEN", said);
  }
  const all = () => document.querySelectorAll("[data-your-time]").forEach(show);
  all();
  new MutationObserver(all).observe(document.getElementById("main"), { childList: true, subtree: true });
})();
