/* <nocturne-events city="bengaluru" category="music" when="weekend" price="free" count="5" theme="auto" accent="#6a2be0" heading="">
   From the public API of the site that serves this file; no cookie. */
(() => {
  const home = new URL(document.currentScript.src).origin;
  const FRESH = 300000, MOST = 20;
  const WORDS = {
    en: ["Events", "Loading", "Nothing is listed for this yet.", "The events could not be read.", "More", "Free", "Cancelled", "Postponed", "Sold out", "Moved online", "New time", "Online", "as of"],
    hi: ["कार्यक्रम", "लोड हो रहा है", "इसके लिए अभी कुछ नहीं है।", "कार्यक्रम पढ़े नहीं जा सके।", "और देखें", "निःशुल्क", "रद्द", "स्थगित", "टिकट समाप्त", "अब ऑनलाइन", "नया समय", "ऑनलाइन", "समय"],
    kn: ["ಕಾರ್ಯಕ್ರಮಗಳು", "ಲೋಡ್ ಆಗುತ್ತಿದೆ", "ಇದಕ್ಕೆ ಇನ್ನೂ ಏನೂ ಇಲ್ಲ.", "ಕಾರ್ಯಕ್ರಮಗಳನ್ನು ಓದಲಾಗಲಿಲ್ಲ.", "ಇನ್ನಷ್ಟು", "ಉಚಿತ", "ರದ್ದಾಗಿದೆ", "ಮುಂದೂಡಲಾಗಿದೆ", "ಟಿಕೆಟ್ ಮುಗಿದಿದೆ", "ಈಗ ಆನ್‌ಲೈನ್", "ಹೊಸ ಸಮಯ", "ಆನ್‌ಲೈನ್", "ಸಮಯ"],
    es: ["Eventos", "Cargando", "Aún no hay nada.", "No se pudieron leer los eventos.", "Más", "Gratis", "Cancelado", "Aplazado", "Agotado", "Pasa a ser en línea", "Nueva hora", "En línea", "a las"],
    fr: ["Événements", "Chargement", "Rien pour le moment.", "Les événements n’ont pas pu être lus.", "Plus", "Gratuit", "Annulé", "Reporté", "Complet", "Passe en ligne", "Nouvel horaire", "En ligne", "à"],
  };
  const STATES = { cancelled: 6, postponed: 7, sold_out: 8, moved_online: 9, rescheduled: 10 };
  const NIGHT = "--bg:#171327;--line:#352c57;--text:#f3f0fb;--muted:#b3a9cf;--link:#b98cff;--bad:#ff7a8a", DAY = "--bg:#fff;--line:#d9cff2;--text:#1a1430;--muted:#5b5177;--link:#6a2be0;--bad:#b3203a";
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:host{display:block;${DAY};font:1rem/1.45 system-ui,sans-serif;color:var(--text);color-scheme:light}:host([theme=night]){${NIGHT};color-scheme:dark}
@media(prefers-color-scheme:dark){:host(:not([theme=day])){${NIGHT};color-scheme:dark}}
section{background:var(--bg);border:1px solid var(--line);border-top:3px solid var(--accent,var(--link));border-radius:14px;padding:1rem;overflow-wrap:anywhere}
h2,p,ul{margin:0;padding:0}h2{font-size:1.0625rem}a:focus-visible{outline:2px solid;outline-offset:2px}ul{list-style:none}li{padding:.625rem 0;border-bottom:1px solid var(--line)}
a{color:var(--text);font-weight:600;text-underline-offset:.2em}time,span,small,p{display:block;color:var(--muted);font-size:.875rem}b{color:var(--bad);font-size:.875rem;margin-inline-end:.5rem}
p a{display:inline-block;color:var(--link);padding:.625rem 0 0;min-height:1.5rem}`);
  const asked = new Map();

  /* One request for all that ask the same; what was read stays where a new one fails. */
  function read(url) {
    const held = asked.get(url);
    if (held && Date.now() - held.at < FRESH) return held.answer;
    const answer = fetch(url, { credentials: "omit", signal: AbortSignal.timeout(15000) }).then((got) => {
      if (!got.ok) throw new Error(got.status);
      return got.json();
    }).then(({ results }) => ({ results, at: new Date() })).catch((error) => {
      asked.delete(url);
      if (held) return held.answer;
      throw error;
    });
    asked.set(url, { answer, at: Date.now() });
    return answer;
  }
  const make = (name, text, ...children) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    made.append(...children.filter(Boolean));
    return made;
  };

  customElements.define("nocturne-events", class extends HTMLElement {
    static observedAttributes = ["city", "category", "area", "when", "price", "count", "accent", "lang"];
    #root = this.attachShadow({ mode: "open" });
    #turn = 0;
    #again = () => document.hidden || this.#show();

    connectedCallback() {
      this.#root.adoptedStyleSheets = [sheet];
      document.addEventListener("visibilitychange", this.#again);
      this.#show();
    }
    disconnectedCallback() { document.removeEventListener("visibilitychange", this.#again); }
    attributeChangedCallback() { if (this.isConnected) this.#show(); }

    #of(name) { return this.getAttribute(name) || ""; }
    get #lang() {
      const wanted = (this.closest("[lang]")?.lang || navigator.language || "en").split("-")[0];
      return wanted in WORDS ? wanted : "en";
    }
    #ask() {
      const query = new URLSearchParams();
      for (const name of ["city", "category", "area", "when", "price"]) if (this.#of(name)) query.set(name, this.#of(name));
      query.set("limit", Math.min(MOST, Math.max(1, parseInt(this.#of("count"), 10) || 5)));
      /* what has begun long ago would fill the list; in steps, so that caches help */
      if (!query.has("when")) query.set("start_after", new Date(Math.floor(Date.now() / 600000 - 6) * 600000).toISOString());
      return `${home}/api/v1/events?${query}`;
    }
    async #show() {
      const turn = ++this.#turn, words = WORDS[this.#lang], accent = this.#of("accent");
      this.style.setProperty("--accent", /^#[\da-f]{6}$/i.test(accent) ? accent : "var(--link)");
      if (!this.#root.firstChild) this.#fill(make("p", words[1]));
      let news;
      try { news = await read(this.#ask()); } catch { news = null; }
      if (turn !== this.#turn) return;
      if (!news) this.#fill(make("p", words[3]));
      else if (!news.results.length) this.#fill(make("p", words[2]));
      else this.#fill(make("ul", "", ...news.results.map((event) => this.#item(event, words))), Date.now() - news.at > 2 * FRESH && make("small", `${words[12]} ${news.at.toLocaleTimeString(this.#lang, { timeStyle: "short" })}`));
    }
    #fill(...content) {
      const words = WORDS[this.#lang], heading = this.#of("heading") || words[0], city = this.#of("city");
      const section = make("section", "", make("h2", heading), ...content, make("p", "", this.#link(city ? `/${encodeURIComponent(city)}/` : "/", `${words[4]}: ${new URL(home).host}`)));
      section.setAttribute("aria-label", heading);
      section.lang = this.#lang;
      this.#root.replaceChildren(section);
    }
    #link(path, text) {
      return Object.assign(make("a", text), { href: home + (this.#lang === "en" ? "" : `/${this.#lang}`) + path });
    }
    #item(event, words) {
      const when = make("time", this.#when(event));
      when.dateTime = event.start;
      const where = event.venue.name || event.venue.city || (event.online !== "no" && words[11]) || "";
      const cost = event.price.type === "free" ? words[5] : event.price.min != null && event.price.currency ? event.price.min.toLocaleString(this.#lang, { style: "currency", currency: event.price.currency, minimumFractionDigits: 0 }) : "";
      const state = words[STATES[event.status]], link = this.#link(`/events/${encodeURIComponent(event.slug)}-${event.id.replaceAll("-", "")}/`, event.title);
      return make("li", "", when, state && make("b", state), link, make("span", [where, cost].filter(Boolean).join(" · ")));
    }
    /* "Today, 20:00" by the clock of the place, whose zone is named where the reader has another */
    #when({ start, timezone, time_known: known, all_day: whole }) {
      const lang = this.#lang.replace("en", "en-GB");
      try {
        const day = whole || !known, at = new Date(day ? `${start}T12:00Z` : start), timeZone = day ? "UTC" : timezone;
        const date = (one, timeZone) => Date.parse(one.toLocaleDateString("sv", { timeZone })), far = (date(at, timeZone) - date(new Date(), timezone)) / 864e5;
        const near = (far === 0 || far === 1) && new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(far, "day");
        const words = near ? near[0].toUpperCase() + near.slice(1) : at.toLocaleDateString(lang, { weekday: "short", day: "numeric", month: "short", timeZone });
        const clock = (timeZone) => at.toLocaleTimeString(lang, { timeStyle: "short", hourCycle: "h23", timeZone });
        const zone = clock(timezone) === clock() ? "" : new Intl.DateTimeFormat(lang, { timeZone, timeZoneName: "longGeneric" }).formatToParts(at).at(-1).value;
        return day ? words : `${words}, ${clock(timezone)} ${zone}`.trim();
      } catch { return start; }
    }
  });
})();
