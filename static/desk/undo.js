// The bar that undoes the last verdict, on every page of the admin: Alt and u, off by the same switch as the desk's keys.
(() => {
  const bar = () => document.getElementById("undo-bar");
  const expire = () => {
    const until = Number(bar()?.dataset.until || 0);
    if (until && Date.now() > until) bar().replaceChildren();
  };
  setInterval(expire, 5_000);
  document.addEventListener("keydown", (event) => {
    if (event.code !== "KeyU" || !event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    if (localStorage.getItem("desk-keys") === "off") return;
    const button = bar()?.querySelector("button");
    if (!button) return;
    event.preventDefault();
    button.click();
  });
})();
