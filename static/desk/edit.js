// The form of an event: a source's value taken by one press, chips, known venues, and the point on a map.
// Everything works without it: a plain form, lists separated by commas, coordinates in two fields.
(() => {
  const KM_PER_DEGREE = 111.32, SIZE = 320;
  const say = (form, words) => { form.querySelector("[data-edit-said]").textContent = words; };
  const input = (form, name) => form.elements.namedItem(name);

  const put = (form, name, value) => {
    const found = input(form, name);
    if (!found) return;
    if (found instanceof RadioNodeList || found.type === "radio") {
      for (const radio of form.querySelectorAll(`input[type=radio][name="${name}"]`)) radio.checked = radio.value === value;
    } else if (found.type === "checkbox") found.checked = value !== "";
    else found.value = value;
    for (const one of form.querySelectorAll(`[name="${name}"]`)) one.dispatchEvent(new Event("change", { bubbles: true }));
  };

  // --- Lists of words as chips. The field itself stays, hidden, and is what is sent. ---

  const split = (line) => {
    const found = [];
    for (const [, quoted, plain] of line.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g)) {
      const word = (quoted === undefined ? plain : quoted.replaceAll('""', '"')).trim();
      if (word && !found.includes(word)) found.push(word);
    }
    return found;
  };
  const join = (words) => words.map((word) => /[",]/.test(word) ? `"${word.replaceAll('"', '""')}"` : word).join(", ");

  const chips = (form, field) => {
    const box = document.createElement("div"), adding = document.createElement("input");
    const label = form.querySelector(`label[for="${field.id}"]`);
    box.className = "chips";
    adding.id = `${field.id}_add`;
    adding.setAttribute("aria-describedby", `${field.id}_helptext`);
    if (label) label.htmlFor = adding.id;
    field.type = "hidden";
    field.after(box);
    const draw = () => {
      box.replaceChildren(...split(field.value).map((word) => {
        const chip = document.createElement("span"), gone = document.createElement("button");
        chip.className = "chips__chip";
        gone.type = "button";
        gone.textContent = "×";
        gone.setAttribute("aria-label", `Remove ${word}`);
        gone.addEventListener("click", () => { keep(split(field.value).filter((one) => one !== word)); say(form, `${word} removed.`); adding.focus(); });
        chip.append(word, gone);
        return chip;
      }), adding);
    };
    const keep = (words) => { field.value = join(words); draw(); };
    const add = () => {
      if (!adding.value.trim()) return;
      const words = adding.value;
      keep(split(join(split(field.value)) + (field.value ? ", " : "") + words));
      adding.value = "";
      say(form, `${words} added.`);
    };
    adding.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === ",") { event.preventDefault(); add(); adding.focus(); }
      else if (event.key === "Backspace" && !adding.value) { keep(split(field.value).slice(0, -1)); adding.focus(); }
    });
    adding.addEventListener("blur", add);
    field.addEventListener("change", draw);
    draw();
  };

  // --- Known venues and organizers, suggested while typing ---

  const suggest = (form, name, take) => {
    const field = input(form, name), list = form.querySelector(`#edit-${name}`);
    if (!field || !list) return;
    let known = new Map(), asked = "", timer = 0;
    field.setAttribute("list", list.id);
    field.setAttribute("autocomplete", "off");
    const ask = async () => {
      const text = field.value.trim();
      if (text.length < 2 || text === asked) return;
      asked = text;
      const query = new URLSearchParams({ kind: name === "organizer" ? "organizer" : "venue", q: text, city: input(form, "city")?.value ?? "" });
      try {
        const answer = await fetch(`${form.dataset.suggest}?${query}`, { headers: { Accept: "application/json" } });
        const found = (await answer.json()).found;
        known = new Map(found.map((one) => [one[name] + (one.address ? ` (${one.address})` : ""), one]));
        list.replaceChildren(...[...known.keys()].map((words) => Object.assign(document.createElement("option"), { value: words })));
      } catch { asked = ""; }
    };
    field.addEventListener("input", () => {
      const chosen = known.get(field.value);
      if (chosen) return take(chosen);
      clearTimeout(timer);
      timer = setTimeout(ask, 150);
    });
  };

  const takeVenue = (form, venue) => {
    for (const [name, value] of Object.entries(venue)) {
      if (name === "area" && ![...(input(form, "area")?.options ?? [])].some((one) => one.value === value)) continue;
      put(form, name, value);
    }
    form.dataset.venue = venue.venue_name;
    say(form, `${venue.venue_name}: address and point are filled.`);
  };

  // --- The map: a click, arrow keys, or the coordinates ---

  const pinmap = (form, box) => {
    const svg = box.querySelector(".pinmap"), pin = svg.querySelector(".pin"), frame = box.querySelector("[data-pinmap-box]");
    const lat = input(form, "lat"), lng = input(form, "lng");
    const view = { lat: Number(svg.dataset.lat), lng: Number(svg.dataset.lng), reach: Number(svg.dataset.reach) };
    const scale = () => SIZE / 2 / view.reach * KM_PER_DEGREE, narrow = () => Math.cos(view.lat * Math.PI / 180);
    const draw = () => {
      const has = lat.value !== "" && lng.value !== "" && Number.isFinite(Number(lat.value)) && Number.isFinite(Number(lng.value));
      pin.classList.toggle("pin--none", !has);
      if (has) { pin.dataset.lat = lat.value; pin.dataset.lng = lng.value; }
      for (const mark of svg.querySelectorAll("g[data-lat]")) {
        if (mark.dataset.lat === "") continue;
        const x = SIZE / 2 + (Number(mark.dataset.lng) - view.lng) * narrow() * scale();
        const y = SIZE / 2 - (Number(mark.dataset.lat) - view.lat) * scale();
        mark.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      }
    };
    const set = (newLat, newLng) => {
      lat.value = newLat.toFixed(5);
      lng.value = newLng.toFixed(5);
      if (Math.hypot((newLat - view.lat) * KM_PER_DEGREE, (newLng - view.lng) * narrow() * KM_PER_DEGREE) > view.reach * .95) [view.lat, view.lng] = [newLat, newLng];
      draw();
      say(form, `Point at ${lat.value}, ${lng.value}.`);
    };
    svg.addEventListener("click", (event) => {
      const spot = svg.getBoundingClientRect();
      const x = (event.clientX - spot.left) / spot.width * SIZE, y = (event.clientY - spot.top) / spot.height * SIZE;
      set(view.lat - (y - SIZE / 2) / scale(), view.lng + (x - SIZE / 2) / scale() / narrow());
    });
    const ways = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    frame.addEventListener("keydown", (event) => {
      const way = ways[event.key];
      if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const step = (event.shiftKey ? .2 : .02) / KM_PER_DEGREE;
      const from = lat.value === "" ? [view.lat, view.lng] : [Number(lat.value), Number(lng.value)];
      set(from[0] + way[0] * step, from[1] + way[1] * step / narrow());
    });
    box.addEventListener("click", (event) => {
      const zoom = event.target.closest("[data-pinmap-zoom]");
      if (zoom) {
        view.reach = Math.min(Math.max(view.reach * Number(zoom.dataset.pinmapZoom), .2), 60);
        if (lat.value !== "") [view.lat, view.lng] = [Number(lat.value), Number(lng.value)];
        draw();
        say(form, `The map shows ${view.reach.toFixed(1)} km around its middle.`);
      }
      if (event.target.closest("[data-pinmap-none]")) { lat.value = lng.value = ""; draw(); say(form, "No point."); }
    });
    for (const field of [lat, lng]) field.addEventListener("change", () => {
      if (lat.value !== "" && lng.value !== "") [view.lat, view.lng] = [Number(lat.value), Number(lng.value)];
      draw();
    });
    box.hidden = false;
    draw();
  };

  const begin = (form) => {
    if (form.dataset.editBegun) return;
    form.dataset.editBegun = "1";
    for (const name of ["tags", "performers"]) if (input(form, name)) chips(form, input(form, name));
    suggest(form, "venue_name", (venue) => takeVenue(form, venue));
    suggest(form, "organizer", (one) => put(form, "organizer", one.organizer));
    input(form, "venue_name")?.addEventListener("change", (event) => { if (event.isTrusted && event.target.value !== form.dataset.venue) put(form, "place", ""); });
    input(form, "timezone")?.setAttribute("list", "edit-zones");
    const map = form.querySelector("[data-pinmap]");
    if (map) pinmap(form, map);
    form.addEventListener("click", (event) => {
      const take = event.target.closest("[data-take]");
      if (!take) return;
      event.preventDefault();
      for (const [name, value] of Object.entries(JSON.parse(take.dataset.take))) put(form, name, value);
      say(form, `Taken: ${take.closest("li").querySelector(".edit__words").textContent}`);
    });
    form.querySelector("[data-edit-errors]")?.focus();
  };

  // --- At the desk htmx puts the form into #desk-edit. ---

  document.addEventListener("htmx:afterSettle", (event) => {
    const place = event.detail.target ?? event.target;
    if (place?.id !== "desk-edit") return;
    all();
    (place.querySelector("[data-edit-errors]") ?? place.querySelector("input:not([type=hidden])"))?.focus();
  });
  document.addEventListener("click", (event) => {
    const place = event.target.closest("[data-edit-close]")?.closest("#desk-edit");
    if (!place) return;
    event.preventDefault();
    place.replaceChildren();
    document.querySelector("[data-desk-edit]")?.focus();
  });

  const all = () => document.querySelectorAll("form[data-edit]").forEach(begin);
  document.addEventListener("desk:item", all);
  all();
})();
