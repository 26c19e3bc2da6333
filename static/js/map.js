/* Puts a movable map (Leaflet) in the place of the drawn one. The list beside it has the same events. Leaflet is loaded only when the map is seen. */
(() => {
  const box = document.getElementById("map"), view = document.querySelector(".mapview"), held = document.getElementById("map-frame");
  if (!box || !view || !held) return;
  const frame = JSON.parse(held.textContent), words = frame.words, CELL = 44, FIRST_NAME = 24;
  const here = document.getElementById("map-here"), list = () => document.getElementById("list");
  let map, spots = [], whole = true, layer, shown = new Map(), asked = 0;

  /* --- The map or the list, where there is no room for both --- */
  const switches = [...document.querySelectorAll(".mapswitch [data-show]")];
  for (const button of switches) button.addEventListener("click", () => {
    view.dataset.shown = button.dataset.show;
    for (const other of switches) other.setAttribute("aria-pressed", other === button);
    map?.invalidateSize();
  });

  /* --- A place and its events mark each other --- */
  const mark = (selector, on) => { for (const one of document.querySelectorAll(selector)) one.classList.toggle("is-marked", on); };
  function point(key, on) {
    for (const [element, keys] of shown) if (keys.includes(key)) element.classList.toggle("is-marked", on);
  }
  for (const [kind, on] of [["pointerover", true], ["focusin", true], ["pointerout", false], ["focusout", false]])
    view.addEventListener(kind, (event) => {
      const card = event.target.closest?.("[data-spot]");
      if (card) point(card.dataset.spot, on);
    });

  /* --- Leaflet --- */
  const loaded = (element) => new Promise((done, failed) => { element.onload = done; element.onerror = failed; document.head.append(element); });
  const load = () => Promise.all([
    loaded(Object.assign(document.createElement("link"), { rel: "stylesheet", href: box.dataset.sheet })),
    loaded(Object.assign(document.createElement("script"), { src: box.dataset.script })),
    read(frame.bbox),
  ]);
  async function read(bbox) {
    const query = new URLSearchParams(frame.query), turn = ++asked;
    if (bbox) query.set("bbox", bbox);
    const answer = await fetch(`${box.dataset.places}?${query}`);
    if (!answer.ok) throw new Error(answer.status);
    const data = await answer.json();
    if (turn !== asked) return;
    whole = data.whole;
    spots = data.features.map(({ geometry: { coordinates: [lng, lat] }, properties }) => ({ lat, lng, ...properties }));
  }
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

  function build() {
    const drawn = box.querySelector("svg");
    const place = document.createElement("div");
    box.append(place);
    map = L.map(place, { zoomControl: false, attributionControl: Boolean(box.dataset.tiles), zoomAnimation: !calm, fadeAnimation: !calm, inertia: !calm, minZoom: 3, maxZoom: 18, zoomSnap: .5 });
    const [west, south, east, north] = frame.box;
    drawn.remove();
    place.setAttribute("role", "region");
    place.setAttribute("aria-label", words.map);
    map.fitBounds([[south, west], [north, east]], { padding: frame.bbox ? [0, 0] : [44, 40], animate: false });
    if (box.dataset.tiles) {
      map.attributionControl.setPrefix(false);
      const credit = document.createElement("i");
      credit.textContent = box.dataset.credit;
      L.tileLayer(box.dataset.tiles, { maxZoom: 19, referrerPolicy: "strict-origin-when-cross-origin", attribution: credit.innerHTML }).addTo(map);
    } else ground();
    L.control.scale({ imperial: false }).addTo(map);
    layer = L.layerGroup().addTo(map);
    draw();
    map.on("zoomend", draw);
    map.on("moveend", moved);
    map.on("popupclose", ({ popup }) => popup.from?.isConnected && popup.from.focus());
    place.addEventListener("keydown", (event) => { if (event.key === "Escape") map.closePopup(); });
  }

  /* Without tiles: the city's centre, distances from it, its areas */
  const word = (at, text, kind = "") => L.marker(at, { interactive: false, keyboard: false, icon: L.divIcon({ className: "", iconSize: [0, 0], html: Object.assign(document.createElement("span"), { className: `mapword ${kind}`, textContent: text, ariaHidden: "true" }) }) }).addTo(map);
  function ground() {
    const centre = L.latLng(frame.city.lat, frame.city.lng), plain = { interactive: false, weight: 1 };
    for (const km of [1, 2, 5, 10, 20, 50]) {
      L.circle(centre, { ...plain, radius: km * 1000, className: "mapring", fill: false }).addTo(map);
      word([centre.lat + km / 111.32, centre.lng], `${km} km`);
    }
    word(centre, "+");
    for (const [name, lat, lng, km] of frame.areas) {
      L.circle([lat, lng], { ...plain, radius: km * 1000, className: "maparea" }).addTo(map);
      word([lat, lng], name, "mapword--area");
    }
  }

  /* Places less than CELL pixels from one with more events are one circle with it: the same as events/charts/spots.py draws. */
  function clusters() {
    const cells = new Map(), found = [];
    for (const spot of spots) {
      const { x, y } = map.project([spot.lat, spot.lng]), column = Math.floor(x / CELL), row = Math.floor(y / CELL);
      let near = null, least = CELL;
      for (let c = column - 1; c <= column + 1; c++) for (let r = row - 1; r <= row + 1; r++)
        for (const one of cells.get(`${c} ${r}`) || []) {
          const apart = Math.hypot(one.x - x, one.y - y);
          if (apart < least) { near = one; least = apart; }
        }
      if (near) { near.spots.push(spot); near.count += spot.count; continue; }
      const one = { x, y, spots: [spot], count: spot.count };
      found.push(one);
      cells.set(`${column} ${row}`, [...(cells.get(`${column} ${row}`) || []), one]);
    }
    return found;
  }
  /* The names for which there is room, moved into the map where they would leave it. */
  function named(found) {
    const taken = found.map((one) => [one.x - 16, one.y, 32]), free = new Map(), { min, max } = map.getPixelBounds();
    for (const one of [...found].sort((a, b) => b.count - a.count)) {
      if (one.spots.length > 1 || !one.spots[0].name) continue;
      const width = Math.min(one.spots[0].name.length, FIRST_NAME) * 7, half = width / 2;
      const side = one.x - half < min.x && one.x > min.x ? " mapname--start" : one.x + half > max.x && one.x < max.x ? " mapname--end" : "";
      const own = [one.x - (side ? (side.endsWith("start") ? 16 : width - 16) : half), one.y + 24, width];
      if (taken.some(([x, y, wide]) => Math.abs(y - own[1]) < 22 && own[0] < x + wide && x < own[0] + width)) continue;
      taken.push(own);
      free.set(one, side);
    }
    return free;
  }
  const form = (texts, number) => texts[number === 1 ? 0 : 1];

  function draw() {
    const focused = shown.get(document.activeElement), found = clusters(), free = named(found);
    layer.clearLayers();
    shown = new Map();
    for (const one of found.sort((a, b) => a.y - b.y || a.x - b.x)) {
      const first = one.spots[0], many = one.spots.length > 1, name = first.name || words.unnamed, size = Math.round(28 + Math.min(Math.log2(one.count) * 3, 18));
      const face = document.createElement("span");
      face.textContent = one.count < 1000 ? one.count : `${Math.floor(one.count / 1000)}k`;
      if (free.has(one)) face.append(Object.assign(document.createElement("span"), { className: `mapname${free.get(one)}`, textContent: name.length > FIRST_NAME ? `${name.slice(0, FIRST_NAME - 1)}…` : name }));
      const marker = L.marker([first.lat, first.lng], { icon: L.divIcon({ className: `mapspot${many ? " mapspot--many" : ""}`, iconSize: [size, size], html: face }), riseOnHover: true });
      marker.addTo(layer);
      const element = marker.getElement();
      const more = one.spots.length - 1, events = say(form(words.events, one.count), { count: one.count });
      element.setAttribute("aria-label", say(many ? form(words.many, more) : words.one, { name, more, events }));
      if (!many && first.category) element.dataset.cat = first.category;
      shown.set(element, one.spots.map((spot) => spot.key));
      const act = () => (many ? nearer(one) : open(first, marker));
      marker.on("click", act);
      element.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); act(); } });
      for (const [kind, on] of [["mouseover", true], ["mouseout", false]]) marker.on(kind, () => one.spots.forEach((spot) => mark(`.card[data-spot="${spot.key}"]`, on)));
      element.addEventListener("focus", () => one.spots.forEach((spot) => mark(`.card[data-spot="${spot.key}"]`, true)));
      element.addEventListener("blur", () => mark(".card.is-marked", false));
      if (focused?.includes(first.key)) element.focus({ preventScroll: true });
    }
  }
  function nearer(one) {
    const bounds = L.latLngBounds(one.spots.map((spot) => [spot.lat, spot.lng]));
    const zoom = Math.max(map.getBoundsZoom(bounds.pad(.2)), map.getZoom() + 1);
    if (map.getZoom() >= map.getMaxZoom()) return open(one.spots[0], null);
    map.setView(bounds.getCenter(), Math.min(zoom, map.getMaxZoom()));
  }
  async function open(spot, marker) {
    const from = marker?.getElement(), query = new URLSearchParams({ ...frame.query, key: spot.key });
    const popup = L.popup({ maxWidth: Math.min(300, box.clientWidth - 60), autoPanPadding: [12, 12], closeButton: true, keepInView: false });
    popup.from = from;
    const body = document.createElement("div");
    body.tabIndex = -1;
    try {
      const answer = await fetch(`${box.dataset.at}?${query}`);
      if (!answer.ok) throw new Error(answer.status);
      body.innerHTML = await answer.text();
    } catch { body.textContent = words.failed; }
    popup.setLatLng([spot.lat, spot.lng]).setContent(body).openOn(map);
    popup.getElement().querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", words.close);
    (body.querySelector("a") || body).focus({ preventScroll: true });
  }

  /* --- Moving: by the links below the map, and "search this area" --- */
  const STEPS = { west: [-1, 0], east: [1, 0], north: [0, -1], south: [0, 1] };
  document.querySelector(".mapmoves").addEventListener("click", (event) => {
    const move = event.target.closest("[data-move]")?.dataset.move;
    if (!map || !move) return;
    event.preventDefault();
    if (STEPS[move]) { const { x, y } = map.getSize(); map.panBy([STEPS[move][0] * x / 3, STEPS[move][1] * y / 3], { animate: !calm }); }
    // at once: a zoom that is asked for while one is animated is lost
    else map.setZoom(map.getZoom() + (move === "in" ? 1 : -1), { animate: false });
  });
  const boxNow = () => { const b = map.getBounds(); return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map((degrees) => degrees.toFixed(4)).join(","); };
  const addressNow = (bbox) => `${box.dataset.base}?${new URLSearchParams({ ...frame.query, bbox })}`;
  async function moved() {
    here.href = addressNow(boxNow());
    here.hidden = false;
    if (whole) return;
    try { await read(boxNow()); draw(); } catch { /* the places that were read stay */ }
  }
  here.addEventListener("click", async (event) => {
    if (!map || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const href = here.href;
    try {
      const answer = await fetch(href);
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of ["#list", "h1", ".hero__say"]) document.querySelector(part).replaceWith(page.querySelector(part));
      const active = page.querySelector(".active");
      document.querySelector(".active")?.remove();
      if (active) document.querySelector(".mapswitch").before(active);
      history.pushState({}, "", href);
      here.hidden = true;
      list().tabIndex = -1;
      document.querySelector(".hero__say").setAttribute("role", "status");
    } catch { location.assign(href); }
  });
  addEventListener("popstate", () => location.reload());

  const seen = new IntersectionObserver(async ([one]) => {
    if (!one.isIntersecting) return;
    seen.disconnect();
    try { await load(); build(); } catch { /* the drawn map stays */ }
  });
  if (document.readyState === "complete") seen.observe(box); else addEventListener("load", () => seen.observe(box));
})();
