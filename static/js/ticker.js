/* The ticker goes on from what the server rendered, in the words of events/ticker.py. It changes at most once a second, not at all while it is
   paused, and is never read out by itself: what comes is a list that can be looked at, not news that cannot wait. */
(() => {
  const KINDS = { "event.published": "New", "event.cancelled": "Cancelled", "event.changed": "" };
  const STATES = { sold_out: "Sold out", postponed: "Postponed", moved_online: "Moved online", rescheduled: "New time", cancelled: "Cancelled" };
  const MOST = 5;
  const held = new Map();
  let paused = false, timer = 0;
  const box = () => document.getElementById("ticker");
  if (!box()) return;

  function ago(text) {
    const minutes = Math.floor((Date.now() - new Date(text)) / 60000 + 0.5);
    if (minutes < 2) return say("just now");
    return minutes < 60 ? say("{minutes} min ago", { minutes }) : minutes < 1440 ? say("{hours} h ago", { hours: Math.floor(minutes / 60) }) : "";
  }
  function parts(date, timeZone) {
    const options = { timeZone, weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    return Object.fromEntries(new Intl.DateTimeFormat("en-GB", options).formatToParts(date).map((part) => [part.type, part.value]));
  }
  const root = document.documentElement;
  const written = (date, timeZone, part) => root.lang === "en" ? day(part) : new Intl.DateTimeFormat(root.lang, { timeZone, weekday: "short", day: "numeric", month: "short" }).format(date);
  const day = (part) => `${part.weekday} ${part.day} ${part.month.slice(0, 3)}`;
  /* "Tonight 20:00", "Sat 12 Dec 20:00"; a night belongs to the day on which it began, until 05:00. */
  function when(data) {
    const zone = data.timezone || "UTC", start = new Date(data.start), hours = (n) => n * 3600000;
    const said = parts(start, zone), isDay = data.all_day || data.time_known === false;
    const near = (shift) => day(parts(new Date(Date.now() + hours(shift)), zone)) === day(said);
    const night = (moment) => day(parts(new Date(moment - hours(5)), zone));
    const isNight = !isDay && (said.hour >= 17 || said.hour < 5) && night(+start) === night(Date.now());
    const words = isNight ? say("Tonight") : near(0) ? say("Today") : near(24) ? say("Tomorrow") : near(-24) ? say("Yesterday") : written(start, zone, said);
    return isDay ? words : `${words} ${said.hour}:${said.minute}`;
  }
  function line({ type, at, data }) {
    const item = box().querySelector("template").content.firstElementChild.cloneNode(true);
    const put = (name, text) => { item.querySelector(name).textContent = text; };
    const city = document.querySelector(`.cities a[href="${root.dataset.root}/${data.city}/"]`);
    item.dataset.line = data.id;
    item.querySelector("a").href = `${root.dataset.root}/events/${data.slug}-${data.id.replaceAll("-", "")}/`;
    item.querySelector("time").dateTime = at;
    put(".ticker__kind", say(KINDS[type] || STATES[data.status] || "Updated"));
    put(".ticker__title", data.title);
    put(".ticker__when", when(data));
    put(".ticker__where", [data.venue, city?.firstChild.textContent].filter(Boolean).join(", "));
    put("time", ago(at));
    return item;
  }
  function show() {
    timer = 0;
    const list = box()?.querySelector("ol");
    if (!list || paused) return;
    for (const [id, news] of held) {
      list.querySelector(`[data-line="${id}"]`)?.remove();
      if (news.type in KINDS && news.data.title) list.prepend(line(news));
    }
    held.clear();
    while (list.children.length > MOST) list.lastElementChild.remove();
    box().hidden = !list.children.length;
  }
  function name(button) {
    button.setAttribute("aria-pressed", paused);
    button.textContent = paused ? (held.size ? say("Go on ({count})", { count: held.size }) : say("Go on")) : say("Pause");
  }

  document.addEventListener("live", ({ detail: news }) => {
    if (!news.type.startsWith("event.") || !news.data?.id) return;
    held.delete(news.data.id);
    held.set(news.data.id, news);
    if (held.size > 50) held.delete(held.keys().next().value);
    if (paused) name(box().querySelector("[data-ticker-pause]"));
    else timer ||= setTimeout(show, 1000);
  });
  addEventListener("click", (click) => {
    const button = click.target.closest("[data-ticker-pause]");
    if (!button) return;
    paused = !paused;
    box().toggleAttribute("data-live-swap", !paused); /* paused, it is not read anew either */
    name(button);
    show();
  });
  setInterval(() => {
    for (const time of paused ? [] : box()?.querySelectorAll("time") || []) time.textContent = ago(time.dateTime) || time.textContent;
  }, 30000);
})();
