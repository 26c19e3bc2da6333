/* Numbers that come with live messages, where a page has a place for them: data-live-put="presence watching" (types, then the name); 0 hides the whole that it is part of.
   And what the staff tell everybody who has a page open. */
let lastNotice = 0; /* the engine tells a notice once for each topic that a page has */
document.addEventListener("live", ({ detail: { type, offset, data = {} } }) => {
  if (type === "system.notice" && data.message && data.kind !== "restart" && offset !== lastNotice) {
    lastNotice = offset;
    const notice = Object.assign(document.createElement("p"), { className: "notice", textContent: data.message });
    document.getElementById("arrivals")?.append(notice);
    setTimeout(() => notice.remove(), 60000);
  }
  for (const place of document.querySelectorAll("[data-live-put]")) {
    const [name, ...types] = place.dataset.livePut.split(" ").reverse();
    if (!types.includes(type) || !(name in data)) continue;
    place.textContent = data[name];
    const whole = place.closest("[data-live-whole]");
    if (whole) whole.hidden = !data[name];
  }
});
