/* The page of saved events: the server makes the cards of those that this device keeps. Without a network the copy stands that worker.js keeps. */
(() => {
  const place = document.getElementById("saved"), saved = self.nocturneSaved;
  if (!place || new URLSearchParams(location.search).has("id")) return;
  const none = () => { document.getElementById("saved-none").hidden = false; };
  addEventListener("click", (click) => {
    const button = click.target.closest("[data-forget]");
    if (!button) return;
    saved.forget(button.dataset.forget.split(" "));
    self.nocturneAccount?.soon();
    button.closest("section").remove();
    document.getElementById("main").focus();
  });
  const load = async () => {
    const ids = saved?.read() || [];
    if (!ids.length && "ofAccount" in place.dataset) return; /* what the account has stands until this device has met it */
    if (!ids.length) { place.replaceChildren(); none(); return; }
    const answer = await fetch(`${location.pathname}?${saved.query(ids)}`, { credentials: "omit" });
    if (!answer.ok) throw new Error(answer.status);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("saved");
    place.replaceChildren(...fresh.childNodes);
    document.getElementById("saved-none").hidden = Boolean(place.querySelector(".card"));
  };
  const read = () => load().catch(() => { document.getElementById("saved-late").hidden = Boolean(place.querySelector(".card")); });
  document.addEventListener("saved", read); /* the account brought or took some */
  read();
})();
