// Single keys on the page of a sample; they can be switched off (WCAG 2.1.4), and are off while something is typed.
(() => {
  const desk = document.querySelector(".desk");
  if (!desk) return;
  const keys = desk.querySelector(".desk__keys");
  const off = desk.querySelector("[data-keys-off]");
  off.checked = localStorage.getItem("desk-keys") === "off";
  off.addEventListener("change", () => localStorage.setItem("desk-keys", off.checked ? "off" : "on"));
  desk.querySelector(".desk__help").addEventListener("click", () => keys.showModal());
  document.addEventListener("keydown", (event) => {
    const typed = "input:not([type=checkbox]), select, textarea, dialog";
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(typed)) return;
    if (off.checked && event.key !== "?") return;
    if (event.key === "?") return keys.showModal();
    if (event.key === "k") return location.assign(desk.dataset.list);
    if (event.key === "r") {
      const reason = desk.querySelector("select[name=reason]");
      if (reason && !reason.value) return reason.focus();
    }
    const target = desk.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (target) { event.preventDefault(); target.click(); }
  });
})();
