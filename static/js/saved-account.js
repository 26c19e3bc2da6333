/* What this device saved and what the account saved become one list while somebody is signed in. The device remembers what the account had when they
   last agreed; so it can tell what was saved and taken out here since, and the server what changed elsewhere. A request that fails changes nothing: the
   same is told at the next contact. What is kept with the account leaves the device when one signs out, and stays when a session merely ends. docs/for-me.md */
(() => {
  const KEY = "nocturne.saved.account", MOST = 100;
  const words = document.currentScript.dataset, saved = self.nocturneSaved;
  if (!saved) return;
  const token = () => /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1]; /* set with the session, as for our forms */
  const state = () => /(?:^|; )signed_in=(\d)/.exec(document.cookie)?.[1];
  const agreed = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY));
      return typeof kept?.account === "string" && Array.isArray(kept.ids) ? kept : null;
    } catch { return null; }
  };
  const agree = (kept) => localStorage.setItem(KEY, JSON.stringify(kept));
  const minus = (ids, others) => ids.filter((id) => !others.includes(id));
  let timer = 0, again = false, busy = false, told = false;

  function leave() {
    const kept = agreed();
    if (!kept) return;
    saved.replace(minus(saved.read(), kept.ids));
    localStorage.removeItem(KEY);
  }
  async function meet() {
    const kept = agreed(), ids = saved.read(), known = kept?.ids || [], own = minus(ids, known);
    const body = new URLSearchParams([["account", kept?.account || ""], ...own.map((id) => ["save", id]), ...minus(known, ids).map((id) => ["unsave", id])]);
    const answer = await fetch("/saved/account", { method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": token() || "" } });
    if (!answer.ok) return;
    const has = await answer.json();
    /* what was saved or taken out here meanwhile stands, and what the account has no room for stays here */
    const now = saved.read(), added = minus(now, ids), removed = minus(ids, now), left = has.full ? minus(own, [...has.ids, ...removed]) : [];
    const list = [...new Set([...added, ...left, ...minus(has.ids, removed)])].slice(0, MOST);
    saved.replace(list); /* first: were the other written alone, what came of the account would seem to be taken out */
    agree({ account: has.account, ids: has.ids.filter((id) => list.includes(id) || removed.includes(id)) });
    if (has.full && !told) { told = true; saved.tell(words.full); }
    if (added.length || removed.length) again = true;
  }
  async function turn() {
    if (state() === "0") { leave(); return; }
    if (state() !== "1") return;
    if (busy) { again = true; return; }
    busy = true;
    try { await meet(); } catch { /* offline: at the next contact */ }
    busy = false;
    if (again) { again = false; soon(); }
  }
  const soon = () => { clearTimeout(timer); timer = setTimeout(turn, 300); };
  /* The oldest that the account has makes room on the device: it stays in the account. */
  function makeRoom(ids) {
    const kept = agreed(), known = kept && ids.findLast((id) => kept.ids.includes(id));
    if (state() !== "1" || !known) return;
    ids.splice(ids.indexOf(known), 1);
    agree({ ...kept, ids: minus(kept.ids, [known]) });
  }
  /* What was taken down or merged was not taken out by the reader. */
  function follow(gone, moved) {
    const kept = agreed();
    if (kept) agree({ ...kept, ids: [...new Set(minus(kept.ids, gone).map((id) => moved[id] || id))] });
  }
  self.nocturneAccount = { soon, makeRoom, follow };
  addEventListener("online", soon);
  addEventListener("load", soon);
  if (document.readyState === "complete") soon();
})();
