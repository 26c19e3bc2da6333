// The desk: items come by htmx, signs of life keep a claim. It tells other scripts of each item
// shown by the event `desk:item` on the document (detail: the item's element).
(() => {
  const desk = document.getElementById("desk");
  if (!desk) return;
  const $ = (query, root = desk) => root.querySelector(query);
  const place = $("#desk-item"), said = $("#desk-said");
  const item = () => $("article", place);
  const AFTER_SHOWN = 200, IDLE = 600_000;
  let busy = false, readyAt = 0, lastSign = Date.now(), left = "", presented = "";

  htmx.config.historyCacheSize = 0; // what one goes back to is asked for anew: claims and versions change
  htmx.config.scrollIntoViewOnBoost = false;
  htmx.config.responseHandling = [{ code: "204", swap: false }, { code: "[23]..", swap: true }, { code: "409", swap: true }, { code: "[45]..", swap: false, error: true }];

  // --- an item is shown ---
  // Once: before the server's answer (ahead.js) or with it. What is read by then is neither scrolled nor left.
  function present(now, first) {
    if (presented === now?.dataset.review) return;
    presented = now?.dataset.review;
    readyAt = performance.now() + AFTER_SHOWN;
    if (first) return;
    if (desk.getBoundingClientRect().top < 0) desk.scrollIntoView();
    ($("[data-focus]", place) || $("#item-title"))?.focus({ preventScroll: true });
  }
  function mark(now) {
    for (const link of desk.querySelectorAll("#desk-list a")) {
      if (link.dataset.review === now?.dataset.review) { link.setAttribute("aria-current", "true"); bringIntoQueue(link); }
      else link.removeAttribute("aria-current");
    }
  }
  // The queue alone scrolls: scrollIntoView would move the page too, away from the item.
  function bringIntoQueue(link) {
    const queue = $("#desk-queue"), seen = queue.getBoundingClientRect(), at = link.getBoundingClientRect();
    queue.scrollTop += Math.min(0, at.top - seen.top) + Math.max(0, at.bottom - seen.bottom);
  }
  function shown(first) {
    const now = item();
    busy = false;
    delete desk.dataset.ready;
    present(now, first);
    presented = "";
    const rest = Math.max(0, readyAt - performance.now());
    setTimeout(() => { if (!busy && performance.now() >= readyAt - 5) desk.dataset.ready = ""; }, rest);
    mark(now);
    left = now?.dataset.leave || "";
    for (const form of place.querySelectorAll("form[action*='/decide/']:not([hx-post])")) enhance(form);
    document.dispatchEvent(new CustomEvent("desk:item", { detail: now }));
  }
  // A verdict's form of a panel goes the way of the others: without a page load, and with the filter.
  function enhance(form) {
    const address = new URL(form.action);
    if (!address.search) address.search = location.search;
    form.setAttribute("hx-post", address.pathname + address.search);
    form.setAttribute("hx-target", "#desk-item");
    form.setAttribute("hx-sync", "#desk-item:drop");
    htmx.process(form);
  }
  const isItem = (event) => event.detail.target === place;
  const isLife = (event) => event.detail.elt?.id === "desk-presence";

  document.addEventListener("DOMContentLoaded", () => shown(true));
  document.addEventListener("htmx:afterSettle", (event) => { if (event.target === place || event.detail.elt === place) shown(); });
  document.addEventListener("htmx:historyRestore", () => shown());
  document.addEventListener("desk:early", (event) => { presented = ""; mark(event.detail); present(event.detail); });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isLife(event)) { if (document.hidden || Date.now() - lastSign > IDLE) event.preventDefault(); }
    else if (isItem(event)) { busy = true; delete desk.dataset.ready; }
  });
  document.addEventListener("htmx:afterRequest", (event) => { if (isItem(event)) busy = false; });
  document.addEventListener("htmx:beforeSwap", (event) => {
    // a session that ended answers with the page to sign in
    if (isItem(event) && event.detail.shouldSwap && !event.detail.xhr.getResponseHeader("Desk")) { event.detail.shouldSwap = false; location.reload(); }
  });
  document.addEventListener("htmx:responseError", (event) => { if (isItem(event)) failed(`The server answered ${event.detail.xhr.status}. Nothing is known to have been done: reload the page to see.`); });
  document.addEventListener("htmx:sendError", (event) => { if (isItem(event)) failed("The server cannot be reached. Nothing was sent: try again."); });
  function failed(words) { said.textContent = words; desk.dataset.ready = ""; }

  // --- claims ---
  for (const sign of ["keydown", "pointerdown", "pointermove", "scroll"]) addEventListener(sign, () => { lastSign = Date.now(); }, { passive: true, capture: true });
  addEventListener("pagehide", () => {
    if (!left) return;
    const form = new FormData();
    form.set("csrfmiddlewaretoken", JSON.parse(desk.getAttribute("hx-headers"))["X-CSRFToken"]);
    navigator.sendBeacon(left, form);
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // --- keys (static/desk/keys.js): what was pressed for the item before must not fall onto the one that has just come ---
  desk.addEventListener("desk:key", (event) => {
    if (busy || (performance.now() < readyAt && event.target.matches("#verdicts :is(button, summary)"))) event.preventDefault();
  });
})();
