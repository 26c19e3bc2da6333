/* The progress of a run, live by SSE as long as it goes on; when it ends the page is read again. Without this file a reload shows the same. */
(() => {
  const box = document.querySelector("[data-run]");
  if (!box || !window.EventSource) return;
  const feed = new EventSource(`/api/v1/live?topics=run:${box.dataset.run}`);
  const put = (name, value) => {
    const place = box.querySelector(`[data-run-${name}]`);
    if (place && value !== undefined) place.textContent = value;
  };
  feed.addEventListener("run.progress", (message) => {
    const { data } = JSON.parse(message.data);
    for (const name of ["phase", "pages", "found", "new", "changed", "unchanged"]) put(name, data[name]);
    if (data.dropped) put("dropped", Object.entries(data.dropped).map(([why, count]) => `${count} ${why}`).join(", ") || "0");
    if (data.state !== "running") { feed.close(); location.reload(); }
  });
})();
