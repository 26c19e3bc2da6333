/* Push on this device: turned on and off by a button of the settings of notices. Without a script, or without push, the page says so. docs/notices.md */
(() => {
  const box = document.getElementById("push"), { key, add } = box.dataset;
  const button = box.querySelector("[data-push-button]"), said = box.querySelector("[data-push-said]");
  const HELD = "nocturne.push", RENEWAL = "nocturne-push";
  const say = (word) => { said.textContent = said.dataset[word] || ""; };
  const send = (fields) => fetch(add, { method: "POST", body: new URLSearchParams(fields), headers: { "X-CSRFToken": box.querySelector("[name=csrfmiddlewaretoken]").value } });
  const row = () => document.getElementById(`device-${localStorage.getItem(HELD)}`);
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const isOurs = ({ options }) => !options.applicationServerKey || btoa(String.fromCharCode(...new Uint8Array(options.applicationServerKey))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "") === key;

  async function start() {
    if (!("PushManager" in self) || !("Notification" in self) || !navigator.serviceWorker) { say("none"); return; }
    say("off"); /* until the worker is ready */
    const { pushManager } = await navigator.serviceWorker.ready;
    let held = await pushManager.getSubscription();
    if (held && (!row() || !isOurs(held))) { await held.unsubscribe(); held = null; } /* removed elsewhere, or of a former key */
    draw(held);
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        if (held) await turnOff(held); else await turnOn(pushManager);
      } catch { say(Notification.permission === "denied" ? "denied" : "failed"); }
      button.disabled = false;
    });
  }
  function draw(held) {
    say(held ? "on" : Notification.permission === "denied" ? "denied" : "off");
    button.textContent = held ? button.dataset.off : button.dataset.on;
    button.hidden = false;
    row()?.querySelector("[data-push-here]")?.removeAttribute("hidden");
  }
  async function turnOn(pushManager) {
    const held = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
    const { endpoint, keys } = held.toJSON();
    const answer = await send({ endpoint, ...keys });
    if (!answer.ok || answer.redirected) { await held.unsubscribe(); throw new Error("refused"); }
    const { id, renewal } = await answer.json();
    localStorage.setItem(HELD, id);
    await (await caches.open(RENEWAL)).put(box.dataset.renew, new Response(JSON.stringify({ renewal, key }))); /* for the worker */
    location.reload();
  }
  async function turnOff(held) {
    await held.unsubscribe();
    await send({ remove: localStorage.getItem(HELD) });
    localStorage.removeItem(HELD);
    await caches.delete(RENEWAL);
    location.reload();
  }
  start().catch(() => say("failed"));
})();
