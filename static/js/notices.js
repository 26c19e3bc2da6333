/* The list of notices: what is followed becomes read, and what is told while the page is open comes into it. Without a script the buttons do it. */
(() => {
  const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value || "";
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-notice]");
    if (!link || !link.closest(".notices__one--new")) return;
    fetch(location.href, { method: "POST", keepalive: true, body: new URLSearchParams({ read: link.dataset.notice }), headers: { "X-CSRFToken": token() } })
      .catch(() => { /* offline: it stays unread */ });
  });
  document.addEventListener("live", async ({ detail: { type } }) => {
    if (type !== "notice.told" && type !== "notice.read") return;
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("notices");
    const held = document.getElementById("notices");
    if (fresh && !held.contains(document.activeElement)) held.replaceWith(fresh);
  });
})();
