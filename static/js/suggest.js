/* Suggestions below every search field: an editable combobox with a list (ARIA APG). What was sought before stays on this device. Without this
   script each field is a plain form. */
(() => {
  const KINDS = { event: "Events", place: "Venues", performer: "Performers", organizer: "Organizers", category: "Categories", area: "Areas", city: "Cities", tag: "Tags", recent: "Sought before" };
  const KEY = "nocturne.sought", MOST = 5, WAIT = 120, SHOWN = "10";
  const element = (name, given = {}, attributes = {}) => {
    const made = Object.assign(document.createElement(name), given);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  function sought() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY));
      return Array.isArray(kept) ? kept.filter((text) => typeof text === "string").slice(0, MOST) : [];
    } catch { return []; /* nothing kept, or keeping is forbidden */ }
  }
  function keep(text) {
    const words = text.trim().slice(0, 100);
    if (!words) return;
    try { localStorage.setItem(KEY, JSON.stringify([words, ...sought().filter((other) => other !== words)].slice(0, MOST))); } catch { /* forbidden */ }
  }
  function forget() {
    try { localStorage.removeItem(KEY); } catch { /* forbidden */ }
  }

  function begin(input) {
    const form = input.form, field = input.parentElement, id = `${input.id}-suggestions`;
    const list = element("div", { id }, { role: "listbox", "aria-label": say("Suggestions") });
    const clear = element("button", { type: "button", className: "suggest__clear", textContent: say("Forget what was sought") });
    const popup = element("div", { className: "suggest", hidden: true });
    const said = element("span", { className: "vh" }, { role: "status" });
    let timer = 0, asked = null, options = [];
    popup.append(list, clear);
    field.append(popup, said);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id, autocomplete: "off" })) input.setAttribute(name, value);

    const chosen = () => options.find(({ node }) => node.getAttribute("aria-selected") === "true");
    function close() {
      clearTimeout(timer);
      asked?.abort();
      popup.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
      options = [];
      list.replaceChildren();
    }
    function option(row, index) {
      const node = element("div", { id: `${id}-${index}`, className: "suggest__option" }, { role: "option", "aria-selected": "false" });
      node.append(element("span", { textContent: row.text }));
      const elsewhere = row.city && !["city", "category"].includes(row.type) && row.city !== form.elements.city?.value;
      if (elsewhere) node.append(element("small", { textContent: row.city.replaceAll("-", " ") }));
      node.addEventListener("click", () => take(row));
      return { node, row };
    }
    function show(rows, words) {
      const kinds = [...new Set(rows.map((row) => row.type))].filter((kind) => kind in KINDS);
      options = [];
      list.replaceChildren(...kinds.map((kind) => {
        const name = element("div", { id: `${id}-${kind}`, className: "suggest__kind", textContent: say(KINDS[kind]) }, { role: "presentation" });
        const group = element("div", {}, { role: "group", "aria-labelledby": name.id });
        group.append(name);
        for (const row of rows.filter((one) => one.type === kind)) {
          options.push(option(row, options.length));
          group.append(options.at(-1).node);
        }
        return group;
      }));
      const any = options.length > 0;
      popup.hidden = !any;
      clear.hidden = !kinds.includes("recent");
      input.setAttribute("aria-expanded", String(any));
      input.removeAttribute("aria-activedescendant");
      said.textContent = any ? say("Suggestions: {count}", { count: options.length }) : words ? say("No suggestions") : "";
    }
    async function ask() {
      asked?.abort();
      const words = input.value.trim().slice(0, 100);
      if (!words) { show(sought().map((text) => ({ type: "recent", text })), ""); return; }
      const request = asked = new AbortController();
      const query = new URLSearchParams({ q: words, limit: SHOWN });
      if (form.elements.city?.value) query.set("city", form.elements.city.value);
      try {
        const answer = await fetch(`/api/v1/search/suggest?${query}`, { signal: request.signal });
        const { results } = answer.ok ? await answer.json() : { results: [] };
        if (asked === request && !request.signal.aborted && document.activeElement === input) show(results, words);
      } catch { if (asked === request && !request.signal.aborted) close(); /* no network: the form still works */ }
    }
    function move(step) {
      if (!options.length) { ask(); return; }
      const now = options.indexOf(chosen());
      const next = options[now < 0 ? (step > 0 ? 0 : options.length - 1) : (now + step + options.length) % options.length];
      for (const { node } of options) node.setAttribute("aria-selected", String(node === next.node));
      input.setAttribute("aria-activedescendant", next.node.id);
      next.node.scrollIntoView({ block: "nearest" });
    }
    function take(row) {
      input.value = row.text;
      close();
      if (row.type === "recent") { form.requestSubmit(); return; }
      if (row.url.startsWith("/search?q=")) keep(row.text);
      location.assign(new URL(row.url.startsWith("/") ? document.documentElement.dataset.root + row.url : row.url, location.origin));
    }

    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, input.value.trim() ? WAIT : 0); });
    input.addEventListener("click", () => { if (popup.hidden) ask(); });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); move(event.key === "ArrowDown" ? 1 : -1); }
      else if (event.key === "Enter" && chosen()) { event.preventDefault(); take(chosen().row); }
      else if (event.key === "Tab" && clear.hidden) close();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || popup.hidden) return;
      event.preventDefault(); // a second Escape empties the field, as browsers do
      close();
      input.focus();
    });
    popup.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the field
    clear.addEventListener("click", () => { forget(); close(); said.textContent = say("Forgotten"); input.focus(); });
    field.addEventListener("focusout", (event) => { if (!field.contains(event.relatedTarget)) close(); });
    form.addEventListener("submit", () => { keep(input.value); close(); });
    addEventListener("pageshow", (event) => { if (event.persisted) close(); });
  }

  for (const input of document.querySelectorAll(".find input[type=search][name=q]")) begin(input);
})();
