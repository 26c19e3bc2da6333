/* While an event is written: offers known venues, and tells of events that may be the same. Without this script both are on the draft's page. */
(() => {
  const WAIT = 400;
  for (const form of document.querySelectorAll("[data-writing]")) {
    const list = form.querySelector("#venues"), box = form.querySelector("[data-alike]");
    let timer = 0, asked = null, told = "";
    const value = (name) => form.elements[name]?.value ?? "";
    function show(alike) {
      if (!box) return;
      const now = alike.map((one) => one.url).join(" ");
      if (now === told) return; /* said once, not with every letter */
      told = now;
      box.hidden = !alike.length;
      const lines = alike.map((one) => {
        const line = document.createElement("li"), link = document.createElement("a");
        Object.assign(link, { href: one.url, target: "_blank", rel: "noopener", textContent: one.title });
        line.append(link, `, ${one.when}`);
        return line;
      });
      const words = document.createElement("p"), rows = document.createElement("ul");
      words.textContent = box.dataset.words;
      rows.append(...lines);
      box.replaceChildren(words, rows);
    }
    async function ask() {
      asked?.abort();
      asked = new AbortController();
      const query = new URLSearchParams({ title: value("title"), start: value("start"), venue: value("venue"), city: value("city") || form.dataset.city || "" });
      try {
        const answer = await fetch(`${form.dataset.writing}?${query}`, { signal: asked.signal, headers: { accept: "application/json" } });
        if (!answer.ok) return;
        const { alike, venues } = await answer.json();
        list.replaceChildren(...venues.map((name) => Object.assign(document.createElement("option"), { value: name })));
        show(alike);
      } catch { /* no network, or another question came */ }
    }
    form.addEventListener("input", ({ target }) => {
      if (!["title", "start", "venue", "city"].includes(target.name)) return;
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
  }
})();
