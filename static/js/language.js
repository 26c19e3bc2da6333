/* Offers the page in the reader's own language, once; at the home page it leads to the one chosen before. Nothing is sent. */
(() => {
  const links = [...document.querySelectorAll("[data-languages] a")], offer = document.getElementById("language-offer");
  if (!links.length || !offer) return;
  const read = () => { try { return localStorage.getItem("language"); } catch { return null; } };
  const keep = (code) => { try { localStorage.setItem("language", code); } catch { /* asked again next time */ } };
  const current = document.documentElement.lang, chosen = read();
  for (const link of links) link.addEventListener("click", () => keep(link.hreflang));
  if (chosen && chosen !== current && location.pathname === "/" && !location.search && links.some((link) => link.hreflang === chosen)) {
    location.replace(links.find((link) => link.hreflang === chosen).href);
    return;
  }
  if (chosen) return;
  const wanted = navigator.languages.map((name) => name.split("-")[0]).find((code) => links.some((link) => link.hreflang === code));
  if (!wanted || wanted === current) return;
  const link = links.find((one) => one.hreflang === wanted), [answer, close] = offer.children;
  answer.href = link.href;
  answer.lang = wanted;
  answer.textContent = link.dataset.offer;
  answer.addEventListener("click", () => keep(wanted));
  close.addEventListener("click", () => { keep(current); offer.hidden = true; });
  offer.hidden = false;
})();
