/* Times of a list in the reader's own zone, after the page was loaded: instead of the event's own ("instead"), which then stands small beside them,
   or small beside it ("beside"). Without this script each time has the name of its zone. Times that say only a day stay as they are. */
(() => {
  const list = document.querySelector("[data-list-time]");
  if (!list) return;
  const said = list.querySelector("[data-list-time-said]"), language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone, now = new Date();
  const part = (moment, options) => new Intl.DateTimeFormat(language, options).format(moment);
  const clock = (moment) => part(moment, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const day = (moment) => part(moment, { weekday: "short", day: "numeric", month: "short" }).replace(",", "");
  const number = (moment) => Math.floor((moment - moment.getTimezoneOffset() * 60000) / 86400000);
  function dayWords(moment) {
    const ahead = number(moment) - number(now);
    if (ahead < 0 || ahead > 1) return day(moment);
    const word = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(ahead, "day");
    return word[0].toLocaleUpperCase(language) + word.slice(1);
  }
  function tell(card) {
    const time = card.querySelector("time.card__start:not(.card__start--words)"), own = card.querySelector(".card__zone");
    if (!time || !own || card.dataset.told) return;
    const moment = new Date(time.dateTime), head = card.querySelector(".card__day"), there = time.dateTime.slice(11, 16);
    card.dataset.told = "1";
    if (clock(moment) === there) { if (list.dataset.listTime === "instead") own.remove(); return; }
    if (list.dataset.listTime === "beside") { own.textContent += `, ${said.dataset.listTimeHere.replace("{time}", clock(moment))}`; return; }
    own.textContent = `${there} ${own.textContent}`;
    time.textContent = clock(moment);
    if (!head.classList.contains("card__day--now")) head.textContent = dayWords(moment);
    const end = card.querySelector(".card__end"), later = moment - new Date(`${time.dateTime.slice(0, 19)}Z`);
    if (end) end.textContent = end.textContent.replace(/\d\d:\d\d/, (until) => clock(new Date(Date.parse(`${time.dateTime.slice(0, 10)}T${until}Z`) + later)));
  }
  const tellAll = () => list.querySelectorAll(".card").forEach(tell);
  tellAll();
  said.textContent = said.dataset.listTimeSaid.replace("{zone}", zone.replaceAll("_", " "));
  new MutationObserver(tellAll).observe(list, { childList: true, subtree: true });
})();
