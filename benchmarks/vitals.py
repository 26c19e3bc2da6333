"""What a phone feels: `python -m benchmarks.vitals [--pages home,city]`.

Headless Chromium at 390 by 844 pixels with a throttled 4G profile (1.6 Mbit/s down, 0.75 up, 150 ms) and a four times slowed
processor opens each page with an empty cache. Last line: for each page `{"lcp_ms", "cls", "html_gz", "css_gz", "js_gz",
"requests", "third_party"}`, the median of the runs; sizes in bytes as they travel. Exit 0 where LCP is at most 1.8 s and CLS
.02 everywhere, and nothing is asked of a third party.
"""

import argparse
import json
import os
import statistics
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from benchmarks import many, world
from benchmarks.load_test import serving
from benchmarks.pages import addresses, coming
from benchmarks.processor import watched
from tests.chrome import FLAGS, MISSING, find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MOST_LCP_MS: Final = 1800.0
MOST_CLS: Final = 0.02
#: Bytes a second and milliseconds, as Lighthouse throttles a phone.
_NETWORK: Final = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
_SLOWER: Final = 4
_PAGES: Final = ("home", "city", "day", "category", "venue", "event", "search")
_KINDS: Final = {"Document": "html_gz", "Stylesheet": "css_gz", "Script": "js_gz"}
#: Measured in the page: the last candidate of the largest paint, and the sum of unexpected shifts.
_OBSERVE: Final = """
window.vitals = {lcp: 0, cls: 0};
new PerformanceObserver(list => { for (const one of list.getEntries()) window.vitals.lcp = one.startTime; })
  .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(list => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.vitals.cls += one.value; })
  .observe({type: 'layout-shift', buffered: true});
"""
#: Milliseconds after the load in which shifts still count.
_SETTLED: Final = 1_000


def main() -> None:
    """Measure each page and print the figures; exit 1 where a limit is exceeded."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=20_000)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--pages", default=",".join(_PAGES))
    options.add_argument("--database", default="", help="a database that is there already, used as it is")
    asked = options.parse_args()
    path = find_chromium()
    if path is None:
        raise SystemExit(MISSING)
    with world.running():
        if asked.database:
            world.point_at(asked.database)
            with watched() as told:
                found = _measure(asked, asked.database, path)
        else:
            with many.database(asked.events) as name, watched() as told:
                found = _measure(asked, name, path)
    slow = [
        name
        for name, row in found.items()
        if row["lcp_ms"] > MOST_LCP_MS or row["cls"] > MOST_CLS or row["third_party"]
    ]
    print(f"beyond a limit: {', '.join(slow) or 'none'}")
    print(json.dumps({**found, **told}))
    sys.exit(1 if slow else 0)


def _measure(asked: argparse.Namespace, database: str, chromium: str) -> dict[str, dict[str, Any]]:
    from playwright.sync_api import sync_playwright

    paths = addresses(coming()[0])
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    found = {}
    with (
        serving(database, workers=1) as port,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=flags) as browser,
    ):
        for name in asked.pages.split(","):
            url = f"http://127.0.0.1:{port}{paths[name]}"
            _visit(browser, url)  # so that the server has it: what is measured is the phone
            found[name] = _median([_visit(browser, url) for _ in range(asked.runs)])
            print(name, json.dumps(found[name]), flush=True)
    return found


def _visit(browser: "Browser", url: str) -> dict[str, Any]:
    """One visit with an empty cache."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True
    )
    page = context.new_page()
    link = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    sizes: Counter[str] = Counter()
    foreign: set[str] = set()

    def received(told: dict[str, Any]) -> None:
        kinds[told["requestId"]] = told["type"]
        if urlsplit(told["response"]["url"]).netloc not in (urlsplit(url).netloc, ""):
            foreign.add(told["response"]["url"])

    def finished(told: dict[str, Any]) -> None:
        sizes[_KINDS.get(kinds.get(told["requestId"], ""), "other")] += int(told["encodedDataLength"])

    link.on("Network.responseReceived", received)
    link.on("Network.loadingFinished", finished)
    link.send("Network.enable")
    link.send("Network.emulateNetworkConditions", _NETWORK)
    link.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    page.add_init_script(_OBSERVE)
    page.goto(url, wait_until="load", timeout=60_000)
    page.wait_for_timeout(_SETTLED)
    vitals = page.evaluate("window.vitals")
    context.close()
    return {
        "lcp_ms": round(vitals["lcp"], 1),
        "cls": round(vitals["cls"], 4),
        **{name: sizes[name] for name in _KINDS.values()},
        "requests": len(kinds),
        "third_party": len(foreign),
    }


def _median(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: statistics.median([row[name] for row in rows]) for name in rows[0]}


if __name__ == "__main__":
    main()
