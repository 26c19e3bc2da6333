/* The share buttons: the system's own sheet, with the event's picture where the system takes one and it is there soon; else the address is copied. */
async function pictureFor({ dataset: { picture } }) {
  if (!picture || !navigator.canShare) return {};
  try {
    const answer = await fetch(new URL(picture).pathname, { signal: AbortSignal.timeout(1500) });
    const files = answer.ok ? [new File([await answer.blob()], "event.png", { type: "image/png" })] : [];
    return files.length && navigator.canShare({ files }) ? { files } : {};
  } catch { return {}; }
}
addEventListener("click", async (click) => {
  const button = click.target.closest("[data-share]");
  if (!button) return;
  const url = new URL(button.dataset.share, location.origin).href;
  const title = button.closest("[data-event]")?.querySelector("h1, .card__title")?.textContent || document.title;
  try {
    if (navigator.share) await navigator.share({ title, url, ...await pictureFor(button) });
    else await navigator.clipboard.writeText(url);
  } catch { return; /* closed by the reader */ }
  dispatchEvent(new CustomEvent("shared", { detail: button.closest("[data-event]")?.dataset.event }));
  if (navigator.share) return;
  const notice = Object.assign(document.createElement("p"), { className: "notice", textContent: say("Address copied") });
  document.getElementById("arrivals").append(notice);
  setTimeout(() => notice.remove(), 6000);
});
