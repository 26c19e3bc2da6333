/* The code is made anew as one chooses; without this script by the form's button. The page itself is asked, so that there is one way to make it. */
(() => {
  const form = document.querySelector("[data-embed]"), said = document.getElementById("built-said");
  if (!form) return;
  let timer = 0, turn = 0;
  async function make() {
    const mine = ++turn, city = form.elements.city.value;
    const query = new URLSearchParams(new FormData(form));
    const answer = await fetch(`${form.getAttribute("action")}?${query}`);
    if (!answer.ok || mine !== turn) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("built").replaceWith(document.adoptNode(page.getElementById("built")));
    if (city !== form.dataset.city) form.elements.area.replaceChildren(...page.getElementById("e-area").children);
    form.dataset.city = city;
    history.replaceState(history.state, "", `?${query}`);
    said.textContent = said.dataset.made;
  }
  form.dataset.city = form.elements.city.value;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => make().catch(() => { /* the button still works */ }), 300);
  });
  addEventListener("click", async (click) => {
    const button = click.target.closest("[data-copy]");
    if (!button) return;
    const code = document.getElementById(button.dataset.copy);
    code.select();
    try { await navigator.clipboard.writeText(code.value); said.textContent = said.dataset.copied; } catch { /* it is selected: the reader copies it */ }
  });
})();
