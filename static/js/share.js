/* The share buttons: the system's own sheet, else the address is copied. */
addEventListener("click", async (click) => {
  const button = click.target.closest("[data-share]");
  if (!button) return;
  const url = new URL(button.dataset.share, location.origin).href;
  const title = button.closest("[data-event]")?.querySelector("h1, .card__title")?.textContent || document.title;
  try {
    if (navigator.share) return await navigator.share({ title, url });
    await navigator.clipboard.writeText(url);
  } catch { return; /* closed by the reader */ }
  const notice = Object.assign(document.createElement("p"), { className: "notice", textContent: "Address copied" });
  document.getElementById("arrivals").append(notice);
  setTimeout(() => notice.remove(), 6000);
});
