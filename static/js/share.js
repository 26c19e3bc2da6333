/* The share buttons: the system's own sheet, else the address is copied. */
addEventListener("click", async (click) => {
  const button = click.target.closest("[data-share]");
  if (!button) return;
  const url = new URL(button.dataset.share, location.origin).href;
  const title = button.closest("[data-event]")?.querySelector("h1, .card__title")?.textContent || document.title;
  try {
    if (navigator.share) await navigator.share({ title, url });
    else await navigator.clipboard.writeText(url);
  } catch { return; /* closed by the reader */ }
  dispatchEvent(new CustomEvent("shared", { detail: button.closest("[data-event]")?.dataset.event }));
  if (navigator.share) return;
  const notice = Object.assign(document.createElement("p"), { className: "notice", textContent: "Address copied" });
  document.getElementById("arrivals").append(notice);
  setTimeout(() => notice.remove(), 6000);
});
