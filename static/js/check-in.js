// Check-in at the door. What is scanned without network is kept on this phone, shown at once, and sent when there is network again;
// the server takes each code once, with the moment of the first scan.
(() => {
  "use strict";
  const desk = document.querySelector("[data-check-in]");
  if (!desk) return;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const known = new Map(read("known").map((one) => [one.code, one]));
  const words = read("check-in-words");
  const key = `check-in:${desk.dataset.event}`;
  const told = desk.querySelector("[data-told]");
  const kept = () => { try { return JSON.parse(localStorage.getItem(key)) || []; } catch { return []; } };
  const keep = (rows) => rows.length ? localStorage.setItem(key, JSON.stringify(rows)) : localStorage.removeItem(key);
  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? "");

  const show = () => {
    let here = 0;
    for (const one of known.values()) {
      if (one.at) here += one.seats;
      const button = desk.querySelector(`[data-in="${CSS.escape(one.code)}"]`);
      if (button && one.at) { button.disabled = true; button.textContent = words.here; }
    }
    desk.querySelector("[data-here]").textContent = here;
    const waiting = kept().length;
    desk.querySelector("[data-waiting]").textContent = waiting ? fill(words.waiting, { number: waiting }) : "";
  };
  const say = (text, bad) => { told.textContent = text; told.hidden = false; told.dataset.bad = bad ? "1" : ""; };

  const scan = (given) => {
    const code = given.trim().replace(/\/+$/, "").split("/").pop().toUpperCase();
    const one = known.get(code);
    if (one && one.at) return say(fill(words.already, { name: one.name }), true);
    if (one) { one.at = new Date().toISOString(); say(fill(words.welcome, { name: one.name, seats: one.seats })); }
    keep([...kept(), { code, at: new Date().toISOString() }]);
    show();
    send();
  };

  let sending = false;
  const send = async () => {
    const rows = kept().slice(0, 500); // so many does the server take at once
    if (sending || !rows.length) return;
    sending = true;
    let went = false;
    try {
      const answer = await fetch(desk.dataset.checkIn, {
        method: "POST", credentials: "same-origin",
        headers: { "Content-Type": "application/json", "X-CSRFToken": words.token },
        body: JSON.stringify({ scanned: rows, now: new Date().toISOString() }),
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const { results, now } = await answer.json();
      const slow = Date.parse(now) - Date.now(); // by so much this phone's clock is wrong
      went = true;
      const sent = new Set(rows.map((row) => row.code + row.at));
      keep(kept().filter((row) => !sent.has(row.code + row.at)));
      for (const [number, result] of results.entries()) {
        const one = known.get(result.code);
        // Another phone let this person in while both were without network; an own scan that is sent once more has the same moment.
        const apart = Math.abs(Date.parse(result.at) - Date.parse(rows[number].at) - slow);
        if (result.outcome === "already" && one && apart > 10000) say(fill(words.twice, result), true);
        if (one && result.at) one.at = result.at;
        if (!one && result.outcome === "in") { known.set(result.code, result); say(fill(words.welcome, result)); }
        if (result.outcome === "unknown") say(words.unknown, true);
        if (result.outcome === "refused") say(fill(words.refused, result), true);
        if (result.outcome === "already" && !one) say(fill(words.already, result), true);
      }
    } catch { say(words.offline, true); } finally { sending = false; show(); }
    if (went && kept().length) send();
  };

  desk.addEventListener("click", (event) => {
    const button = event.target.closest("[data-in]");
    if (button) scan(button.dataset.in);
  });
  desk.querySelector("[data-type]").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = event.target.elements.code;
    const text = field.value.trim();
    if (!text) return;
    const found = [...known.values()].filter((one) => one.name.toLowerCase().includes(text.toLowerCase()));
    if (found.length > 1) return say(fill(words.several, { number: found.length }), true);
    scan(found.length ? found[0].code : text);
    field.value = "";
  });

  const camera = desk.querySelector("[data-camera]");
  const start = desk.querySelector("[data-scan]");
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) {
    start.replaceWith(Object.assign(document.createElement("span"), { className: "quiet", textContent: words.camera }));
  } else {
    start.addEventListener("click", async () => {
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      try {
        camera.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      } catch { return say(words.camera, true); }
      camera.hidden = false;
      start.hidden = true;
      await camera.play();
      let last = "";
      setInterval(async () => {
        const [first] = await detector.detect(camera).catch(() => []);
        if (first && first.rawValue !== last) { last = first.rawValue; scan(last); }
      }, 300);
    });
  }
  if (desk.dataset.scanned) scan(desk.dataset.scanned);
  addEventListener("online", send);
  setInterval(send, 15000);
  show();
  send();
})();
