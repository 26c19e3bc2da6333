/* Runs before the first paint: the remembered theme without a flash, and the mark that scripts work. */
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  let kept = null;
  try { kept = localStorage.getItem("theme"); } catch { /* storage may be closed; the system's preference holds */ }
  const light = matchMedia("(prefers-color-scheme: light)");
  const show = () => { root.dataset.theme = kept || (light.matches ? "day" : "night"); };
  show();
  light.addEventListener("change", show);
  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    if (!button) return;
    const name = () => button.setAttribute("aria-label", say(root.dataset.theme === "day" ? "Switch to night" : "Switch to day"));
    name();
    button.addEventListener("click", () => {
      kept = root.dataset.theme === "day" ? "night" : "day";
      try { localStorage.setItem("theme", kept); } catch { /* not remembered, still switched */ }
      show();
      name();
    });
  });
})();
