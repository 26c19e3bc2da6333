// Single keys of a page of the admin: each presses what has it as `data-key`, or, in an open `[data-reasons]`, as
// `data-digit`. A dialog (templates/admin/keys.html) lists them and switches them off, `?` too (WCAG 2.1.4); they are off
// while something is typed. Before a press the event `desk:key` comes to what will be pressed; a page may prevent it.
(() => {
  const dialog = document.querySelector("dialog[data-keys]");
  const page = dialog?.closest(".desk");
  if (!page) return;
  const $ = (query, root = page) => root.querySelector(query);
  const off = $("[data-keys-off]", dialog), STORED = "desk-keys";
  const TYPED = "input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable], dialog, [role=dialog]";
  const visible = (one) => one.getClientRects().length && !one.disabled;
  const pressed = (key) => [...page.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(visible);

  // what the keys are is said to assistive technology only while they work
  function told() {
    page.dataset.keysAre = off.checked ? "off" : "on";
    for (const one of page.querySelectorAll("[data-key]")) {
      if (off.checked) one.removeAttribute("aria-keyshortcuts");
      else one.setAttribute("aria-keyshortcuts", one.dataset.key);
    }
  }
  off.checked = localStorage.getItem(STORED) === "off";
  off.addEventListener("change", () => { localStorage.setItem(STORED, off.checked ? "off" : "on"); told(); });
  document.addEventListener("desk:item", told);
  told();
  for (const button of page.querySelectorAll("[data-keys-open]")) {
    button.hidden = false;
    button.addEventListener("click", () => dialog.showModal());
  }
  page.addEventListener("toggle", (event) => { if (event.target.matches?.("[data-reasons]") && event.target.open) $("button", event.target)?.focus(); }, true);

  function meant(event) {
    const key = event.key.toLowerCase(), digit = /^Digit([0-9])$/.exec(event.code)?.[1] || /^[0-9]$/.exec(key)?.[0];
    const reasons = [...page.querySelectorAll("[data-reasons][open]")].find(visible);
    if (!reasons) return pressed(digit || key);
    if (key === "escape") {
      reasons.open = false;
      $("summary", reasons).focus();
    }
    return digit ? $(`[data-digit="${digit}"]`, reasons) : key === "r" || key === "u" || key === "?" ? pressed(key) : null;
  }
  document.addEventListener("keydown", (event) => {
    if (off.checked || event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(TYPED)) return;
    const target = meant(event);
    if (!target) return;
    event.preventDefault();
    if (target.dispatchEvent(new CustomEvent("desk:key", { bubbles: true, cancelable: true }))) target.click();
  });
})();
