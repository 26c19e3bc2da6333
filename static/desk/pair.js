// Two or more events side by side: the last column follows what is ticked. And "Same as": a combobox (ARIA 1.2) over
// the events of the moderator's cities. Without this script both are plain forms.
(() => {
  // --- the comparison ---
  let asked = 0;
  document.addEventListener("change", async (event) => {
    const pair = event.target.closest("#pair[data-compare]");
    if (!pair || !["same", "stays"].includes(event.target.name)) return;
    const turn = ++asked;
    const inputs = [...pair.querySelectorAll("input")];
    const query = new URLSearchParams({ part: "1" });
    for (const input of inputs) {
      if (input.name === "same") query.append("other", input.value);
      if (input.name === "same" && (input.type === "hidden" || input.checked)) query.append("same", input.value);
      if (input.name === "stays" && input.checked) query.append("stays", input.value);
    }
    const chosen = inputs.filter((input) => input.name.startsWith("value-") && input.checked && input.value);
    const answer = await fetch(`${pair.dataset.compare}?${query}`, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
    if (!answer || !answer.ok || turn !== asked || !pair.isConnected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("#pair");
    if (!fresh || turn !== asked) return;
    const { name, value } = event.target;
    pair.replaceWith(fresh);
    const find = (input) => fresh.querySelector(`input[name="${CSS.escape(input.name)}"][value="${CSS.escape(input.value)}"]`);
    for (const input of chosen) { const same = find(input); if (same) same.checked = true; }
    find({ name, value })?.focus();
  });

  // --- the combobox ---
  const parts = (form) => ({ input: form.querySelector("input[name=q]"), list: form.querySelector(".same__list"), said: form.querySelector(".same__said") });
  let timer = 0;
  let wanted = 0;

  const begin = (root) => {
    for (const form of root.querySelectorAll("form.same")) {
      const { input, list } = parts(form);
      if (input.getAttribute("role")) continue;
      for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
    }
  };
  const close = (form) => {
    const { input, list } = parts(form);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const show = (form, results) => {
    const { input, list, said } = parts(form);
    list.replaceChildren(...results.map((found, index) => {
      const option = document.createElement("li");
      Object.assign(option, { id: `same-${index}`, role: "option" });
      option.setAttribute("aria-selected", "false");
      option.dataset.href = found.compare;
      const title = document.createElement("b");
      title.textContent = found.title;
      const more = document.createElement("small");
      more.textContent = [found.when, found.where, found.state].filter(Boolean).join(" · ");
      option.append(title, more);
      return option;
    }));
    list.hidden = !results.length;
    input.setAttribute("aria-expanded", String(Boolean(results.length)));
    input.removeAttribute("aria-activedescendant");
    said.textContent = results.length ? `${results.length} found, the nearest in time first.` : "None found. Type fewer words of its title.";
  };
  const ask = async (form) => {
    const { input, said } = parts(form);
    const words = input.value.trim();
    const turn = ++wanted;
    if (words.length < 2) { close(form); said.textContent = ""; return; }
    const answer = await fetch(`${form.action}?${new URLSearchParams({ q: words, as: "json", queue: form.elements.queue?.value || "" })}`).catch(() => null);
    if (turn !== wanted || !form.isConnected) return;
    if (!answer || !answer.ok) { close(form); said.textContent = "The search did not answer. Press Search."; return; }
    const { results } = await answer.json();
    if (turn === wanted) show(form, results);
  };
  const move = (form, step) => {
    const { input, list } = parts(form);
    const options = [...list.children];
    if (list.hidden || !options.length) return;
    const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const next = options[(now + step + options.length + (now < 0 && step < 0 ? 1 : 0)) % options.length];
    for (const option of options) option.setAttribute("aria-selected", String(option === next));
    input.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form.same");
    if (!form || event.target.name !== "q") return;
    clearTimeout(timer);
    timer = setTimeout(() => ask(form), 150);
  });
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form.same");
    if (!form || event.target.name !== "q") return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (parts(form).list.hidden) ask(form); else move(form, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && !parts(form).list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close(form);
    } else if (event.key === "Enter") {
      const option = parts(form).list.querySelector("[aria-selected=true]");
      if (option && !parts(form).list.hidden) { event.preventDefault(); location.assign(option.dataset.href); }
    }
  });
  document.addEventListener("pointerdown", (event) => {
    const option = event.target.closest?.(".same__list [role=option]");
    if (option) { event.preventDefault(); location.assign(option.dataset.href); return; }
    for (const form of document.querySelectorAll("form.same")) if (!form.contains(event.target)) close(form);
  });
  document.addEventListener("focusout", (event) => {
    const form = event.target.closest?.("form.same");
    if (form && !form.contains(event.relatedTarget)) close(form);
  });
  document.addEventListener("desk:item", (event) => begin(event.detail instanceof Element ? event.detail : document));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => begin(document));
  else begin(document);
})();
