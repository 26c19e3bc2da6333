/* The reader's city: the one that was chosen on this device, else a guess by time zone or language, which is said. Where the reader is, is asked
   on a tap only, compared on this device, and sent to nobody. Nothing but the chosen city is kept. */
(() => {
  const KEY = "nocturne.city";
  const kept = () => { try { return localStorage.getItem(KEY) || ""; } catch { return ""; } };
  const keep = (slug) => { try { localStorage.setItem(KEY, slug); } catch { /* forbidden: it holds for this page */ } };
  const cities = [...document.querySelectorAll("[data-city]")];
  const named = (slug) => cities.find((city) => city.dataset.city === slug);

  function guess() {
    const busy = cities.filter((city) => !("quiet" in city.dataset));
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const same = zone === "Asia/Calcutta" ? "Asia/Kolkata" : zone;
    const byZone = busy.find((city) => city.dataset.zone === same);
    if (byZone) return [byZone.dataset.city, say("By your time zone.")];
    const countries = (navigator.languages || []).map((language) => language.split("-").find((part) => /^[A-Z]{2}$/.test(part)));
    const byLanguage = busy.find((city) => countries.includes(city.dataset.country));
    return byLanguage ? [byLanguage.dataset.city, say("By your language.")] : ["", ""];
  }

  const select = document.querySelector("select[data-my-city]");
  if (select && !select.value) {
    const mine = kept();
    if ([...select.options].some((option) => option.value === mine)) select.value = mine;
  }

  const yours = () => document.getElementById("yours");
  if (!yours()) return;
  async function show(slug, why) {
    if (!slug) return;
    if (slug !== yours().dataset.yours) {
      const answer = await fetch(`${document.documentElement.dataset.root}/?city=${encodeURIComponent(slug)}`);
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("yours");
      if (!fresh) return;
      yours().replaceWith(fresh);
    }
    const said = yours().querySelector("[data-why]");
    said.firstChild.textContent = `${why} `;
  }
  if (!("chosen" in yours().dataset)) {
    const mine = kept();
    const [slug, why] = named(mine) ? [mine, say("Your city.")] : guess();
    show(slug, why).catch(() => { /* without a network the page stays as it came */ });
  }

  document.addEventListener("click", (click) => {
    const city = click.target.closest?.("[data-city]");
    if (city) keep(city.dataset.city);
  });

  const field = document.getElementById("find-city");
  field?.addEventListener("input", () => {
    const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const words = fold(field.value.trim());
    for (const city of cities) city.hidden = !fold(city.querySelector("a").firstChild.textContent).includes(words);
    for (const region of document.querySelectorAll("[data-region]")) region.hidden = !region.querySelector("[data-city]:not([hidden])");
    const folded = document.querySelector("details.folded");
    if (folded && words) folded.open = true;
  });

  const near = document.querySelector("[data-nearest]"), told = document.querySelector("[data-nearest-said]");
  near?.addEventListener("click", () => {
    if (!navigator.geolocation) { told.textContent = say("This device does not tell where it is."); return; }
    told.textContent = say("Asking where you are");
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const far = (city) => {
        const rad = Math.PI / 180, lat = +city.dataset.lat, narrow = Math.cos(lat * rad);
        const turn = Math.abs(coords.longitude - city.dataset.lng) % 360;
        return Math.hypot(coords.latitude - lat, Math.min(turn, 360 - turn) * narrow);
      };
      const [first] = [...cities].sort((one, other) => far(one) - far(other));
      told.textContent = "";
      keep(first.dataset.city);
      show(first.dataset.city, say("The nearest to you.")).then(() => yours().scrollIntoView({ block: "start" }), () => {});
    }, () => { told.textContent = say("It was not told where you are. Choose a city below."); }, { maximumAge: 600000, timeout: 10000 });
  });
})();
