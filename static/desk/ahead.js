// Evidence of the item that will come next, fetched while this one is read. It claims nothing and is shown only where the
// server, asked for the item itself, says that what was fetched still holds: by a `desk-kept` in the place of the evidence.
(() => {
  const place = document.getElementById("desk-item");
  if (!place) return;
  const KEPT = "<desk-kept></desk-kept>";
  let next = null, told = null;

  async function fetchAhead(item) {
    const answer = await fetch(item.dataset.ahead, { headers: { "HX-Request": "true" } });
    const holds = answer.headers.get("Desk-Holds");
    const evidence = holds ? await answer.text() : "";
    if (holds && item.isConnected) next = { holds, evidence };
  }
  document.addEventListener("desk:item", (event) => {
    next = null;
    if (event.detail?.dataset.ahead) fetchAhead(event.detail).catch(() => {}); // without it the evidence comes with the item
  });
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.target !== place) return;
    told = next;
    if (told) event.detail.headers["Desk-Kept"] = told.holds;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== place || !event.detail.serverResponse.includes(KEPT)) return;
    if (told) event.detail.serverResponse = event.detail.serverResponse.replace(KEPT, () => told.evidence);
    else { event.detail.shouldSwap = false; location.reload(); }
  });
})();
