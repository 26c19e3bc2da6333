/* Loads the next page of a list at its end, from the same link that works without this script. After MOST pages the link stays a button, so that
   what comes behind the list can be reached. Going back returns to the place: the loaded pages and the position are kept with the entry of the history. */
(() => {
  const list = document.getElementById("list");
  const more = () => list.querySelector("[data-more]");
  const link = () => more()?.querySelector("a[rel=next]");
  if (!list || !link()) return;
  const MOST = 3;
  /* live.js asks for the cards of the loaded pages, to compare them with what is shown. */
  self.readMore = async () => {
    const read = pages.map(async (url) => parse(await (await fetch(url)).text()));
    return (await Promise.all(read)).flatMap((page) => [...page.querySelectorAll("#list .card")]);
  };
  const parse = (text) => new DOMParser().parseFromString(text, "text/html");
  const said = Object.assign(document.createElement("p"), { className: "vh" });
  said.setAttribute("role", "status");
  list.after(said);
  const pages = [];
  let busy = null;

  function merge(section) {
    const held = document.getElementById(section.querySelector("h2").id)?.closest("section");
    if (!held) { more().before(section); return; }
    for (const cards of section.querySelectorAll(".cards")) {
      const own = held.querySelector(`.cards[data-section="${cards.dataset.section}"]`);
      if (own) own.append(...cards.children);
      else held.append(...(cards.previousElementSibling?.matches(".after") ? [cards.previousElementSibling] : []), cards);
    }
  }
  /* What arrives live is asked for with the query of the list: its end is now that of the new page. */
  function extend(query) {
    const own = new URLSearchParams(list.dataset.liveList), until = new URLSearchParams(query).get("until");
    if (until) own.set("until", until); else own.delete("until");
    list.dataset.liveList = own;
  }
  async function load() {
    const url = link().href;
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(answer.status);
    const page = parse(await answer.text());
    const held = new Set([...list.querySelectorAll(".card")].map((card) => card.dataset.event));
    const fresh = [...page.querySelectorAll("#list .card")];
    for (const card of fresh) if (held.has(card.dataset.event)) card.remove();
    for (const section of page.querySelectorAll("#list > section")) if (section.querySelector(".card")) merge(section);
    const next = page.querySelector("[data-more] a[rel=next]");
    if (next) link().href = next.href; else link().remove();
    extend(page.getElementById("list").dataset.liveList);
    pages.push(url);
    history.scrollRestoration = "manual";
    remember();
    return fresh.filter((card) => card.isConnected && list.contains(card));
  }
  const remember = () => pages.length && history.replaceState({ ...history.state, pages: pages.length, y: scrollY }, "");
  /* One page at a time; without a network the link leads there. */
  function loadOnce() {
    busy ||= load().finally(() => { busy = null; });
    return busy;
  }
  function tell(cards) {
    said.textContent = say(link() ? "More events: {count}" : "More events: {count}, the last ones", { count: cards.length });
  }

  const edge = new IntersectionObserver(async ([seen]) => {
    if (!seen.isIntersecting || busy) return;
    edge.disconnect();
    try { tell(await loadOnce()); } catch { return; }
    if (link() && pages.length < MOST) edge.observe(more());
  }, { rootMargin: "600px 0px" });

  list.addEventListener("click", async (click) => {
    const next = click.target.closest("[data-more] a[rel=next]");
    if (!next || click.ctrlKey || click.metaKey || click.shiftKey || click.button) return;
    click.preventDefault();
    try {
      const cards = await loadOnce();
      tell(cards);
      cards[0]?.querySelector("a").focus({ preventScroll: true });
    } catch { location.assign(next.href); }
  });

  addEventListener("pagehide", remember);
  (async () => {
    const kept = history.state;
    try {
      while (link() && pages.length < (kept?.pages || 0)) await loadOnce();
      if (kept?.pages) scrollTo(0, kept.y);
    } catch { /* what was loaded stays */ }
    if (link() && pages.length < MOST) edge.observe(more());
  })();
})();
