// The items that come next are fetched while this one is read, and wait on a shelf where no script and no reader finds
// them; their frames load there. A verdict shows the next one at once, and it takes keys when the server has answered:
// with that item, whose evidence it does not send again where what was fetched still holds (a `desk-kept` in its place);
// with another, where somebody was faster; or with the one before and why its verdict was refused. Nothing is claimed
// ahead. It tells of an item shown before the answer by `desk:early` on the document (detail: the item's element).
(() => {
  const place = document.getElementById("desk-item"), said = document.getElementById("desk-said");
  if (!place) return;
  const HOLDS = 55_000, SLOW = 400; // the server's own bound is a minute
  const ACTS = ":is(form, .desk__verdicts, .desk__head a)"; // what waits for the claim and the version that the answer brings
  // Aside stands what was judged until its request has ended, since htmx looks for what an answer replaces in the same tree.
  const shelf = document.createElement("div"), aside = document.createElement("div");
  shelf.hidden = aside.hidden = true;
  document.body.append(aside, shelf);
  const stock = shelf.attachShadow({ mode: "closed" });
  const held = new Map(); // by address: { mark, review, item, until }; without an item where there is none to keep
  let wanted = [], fetching = false, early = null, kept = null, slow = 0;

  // Moving keeps a frame loaded; a browser without `moveBefore` loads it again. What was shown goes to the shelf by `append`:
  // Chromium 156 crashes where what has had the focus is moved into a shadow tree.
  const move = (node, parent, before = null) => (parent.moveBefore ? parent.moveBefore(node, before) : parent.insertBefore(node, before));
  const fresh = (address) => { const one = held.get(address); return one?.item && performance.now() < one.until ? one : null; };
  const evidence = (item) => item.querySelector("[data-evidence]");
  function putBack(item) {
    stock.append(item);
    for (const acts of item.querySelectorAll(ACTS)) acts.inert = false;
  }

  // --- fetched ---
  async function fetchWanted() {
    if (fetching) return;
    fetching = true;
    for (let address; (address = wanted.find((one) => !held.has(one)));) await fetchOne(address).catch(() => held.set(address, {}));
    fetching = false;
  }
  async function fetchOne(address) {
    const until = performance.now() + HOLDS;
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    const mark = answer.headers.get("Desk-Holds");
    const item = mark && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("article[data-review]");
    held.set(address, item && evidence(item) ? { mark, review: item.dataset.review, item, until } : {});
    if (!item || !wanted.includes(address)) return;
    for (const late of item.querySelectorAll("[loading=lazy]")) late.loading = "eager";
    stock.append(item);
  }
  document.addEventListener("desk:item", (event) => {
    wanted = (event.detail?.dataset.ahead || "").split(" ").filter(Boolean);
    for (const address of [...held.keys()]) if (!wanted.includes(address) || (held.get(address).item && !fresh(address))) held.delete(address);
    const items = new Set([...held.values()].map((one) => one.item));
    for (const item of [...stock.children]) if (!items.has(item)) item.remove();
    aside.replaceChildren();
    fetchWanted();
  });

  // --- shown at once ---
  const ours = (event) => event.detail.target === place;
  document.addEventListener("htmx:configRequest", (event) => {
    const marks = ours(event) ? wanted.map(fresh).filter(Boolean).map((one) => one.mark) : [];
    if (marks.length) event.detail.headers["Desk-Kept"] = marks.join(", ");
  });
  document.addEventListener("htmx:beforeSend", (event) => {
    const pressed = event.detail.requestConfig.triggeringEvent?.submitter, before = place.querySelector("article");
    const next = wanted.length && fresh(wanted[0]);
    if (!ours(event) || !pressed?.matches("[data-goes-on]") || !before || !next?.item.isConnected) return;
    early = { next, before };
    move(before, aside);
    move(next.item, place);
    for (const acts of next.item.querySelectorAll(ACTS)) acts.inert = true;
    slow = setTimeout(() => { said.textContent = `Saving the verdict on “${before.querySelector("#item-title")?.textContent.trim()}” …`; }, SLOW);
    document.dispatchEvent(new CustomEvent("desk:early", { detail: next.item }));
  });

  // --- answered ---
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!ours(event) || !event.detail.shouldSwap) return;
    const text = event.detail.serverResponse, review = /<article[^>]* data-review="([^"]+)"/.exec(text)?.[1];
    const one = text.includes("<desk-kept>") ? [...held.values()].find((any) => any.item && any.review === review) : null;
    kept = null;
    if (early && early.next !== one) putBack(early.next.item);
    if (!text.includes("<desk-kept>")) return;
    if (!one) { event.detail.shouldSwap = false; return location.reload(); }
    kept = evidence(one.item);
    move(kept, aside);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (!ours(event)) return;
    const gap = place.querySelector("desk-kept");
    if (gap && kept) {
      move(kept, gap.parentNode, gap);
      gap.remove();
      for (const acts of kept.querySelectorAll("[inert]")) acts.inert = false;
    }
    kept = early = null;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!ours(event)) return;
    clearTimeout(slow);
    if (!early) return;
    // no answer to show: back to the item whose verdict may not be saved
    const { next, before } = early;
    early = null;
    putBack(next.item);
    move(before, place);
    document.dispatchEvent(new CustomEvent("desk:early", { detail: before }));
  });
})();
