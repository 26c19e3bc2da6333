// The charts of the first page with µPlot: drag to zoom in, or choose a span. Without script the server's SVG stays.
(() => {
  const dash = document.querySelector(".dash");
  if (!dash || !window.uPlot) return;
  const SPANS = [["7 days", 168], ["2 days", 48], ["24 hours", 24]];
  const COLOURS = { people: "--people", new: "--people", rules: "--rules", changed: "--rules", merged: "--third" };
  const DASHES = { rules: [6, 3], changed: [6, 3], merged: [2, 3] };
  const colour = (name) => getComputedStyle(dash).getPropertyValue(name).trim();
  const two = (number) => String(number).padStart(2, "0");
  const clock = (seconds) => { const at = new Date(seconds * 1000); return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`; };
  const day = (seconds) => new Date(seconds * 1000).toLocaleDateString("en-GB", { timeZone: "UTC", day: "numeric", month: "short" });
  const utc = (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC");

  function options(box, data) {
    const axis = { stroke: () => colour("--muted"), grid: { stroke: () => colour("--line"), width: 1 }, ticks: { stroke: () => colour("--line"), width: 1 } };
    return {
      width: Math.max(240, box.clientWidth), height: 220, tzDate: utc, cursor: { drag: { x: true, y: false } },
      axes: [{ ...axis, space: 56, values: (_, ticks) => ticks.map((at) => at % 86400 ? clock(at) : day(at)) }, { ...axis, size: 44 }],
      series: [{ label: "hour", value: (_, at) => at ? `${day(at)} ${clock(at)} UTC` : "–" }, ...data.lines.map((line) => ({
        label: line.words, stroke: () => colour(COLOURS[line.name]), width: 2, dash: DASHES[line.name], points: { show: false },
      }))],
    };
  }

  function tools(figure, plot, hours) {
    const bar = document.createElement("div"), last = hours[hours.length - 1];
    bar.className = "chart__tools";
    for (const [words, span] of SPANS) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = words;
      button.setAttribute("aria-pressed", String(span === SPANS[0][1]));
      button.addEventListener("click", () => {
        plot.setScale("x", { min: Math.max(hours[0], last - (span - 1) * 3600), max: last });
        for (const other of bar.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
      });
      bar.append(button);
    }
    const words = document.createElement("span");
    words.textContent = "Drag over the chart to zoom in; a double click shows all.";
    bar.append(words);
    figure.querySelector(".chart__box").after(bar);
  }

  function draw(figure) {
    const box = figure.querySelector(".chart__box"), data = JSON.parse(figure.querySelector("script").textContent);
    const holder = document.createElement("div");
    holder.setAttribute("aria-hidden", "true");
    box.append(holder);
    figure.classList.add("trend--live");
    const plot = new uPlot(options(box, data), [data.hours, ...data.lines.map((line) => line.values)], holder);
    tools(figure, plot, data.hours);
    new ResizeObserver(() => plot.setSize({ width: Math.max(240, box.clientWidth), height: 220 })).observe(figure);
    new MutationObserver(() => plot.redraw(false, true)).observe(document.documentElement, { attributeFilter: ["class"] });
  }
  dash.querySelectorAll("[data-chart]").forEach(draw);
})();
