"""A script at the desk in a real browser, which judges events by keys against a real server."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from benchmarks import world

_START_SECONDS = 120
_MODERATOR = "keys@bench.example"
#: Keys of one verdict after the other: most events are approved, some are rejected with a reason.
VERDICTS = (("a",), ("a",), ("a",), ("r", "2"))
#: What must stand on the page before an item is judged.
EVIDENCE = (
    "iframe",
    '[aria-labelledby="said-heading"]',
    '[aria-label="Quality and checks"]',
    '[aria-label="What was before"]',
)

#: In each frame: which item stands there with all of its evidence, its frame loaded too, and since when.
_WATCH = """(parts) => {
  const seen = window.seen = { review: "", at: 0, pressed: 0 };
  addEventListener("keydown", () => { seen.pressed = performance.now(); }, true);
  (function look() {
    const item = document.querySelector("#desk-item article[data-review]");
    const page = item?.querySelector("iframe")?.contentDocument;
    const whole = page?.readyState === "complete" && page.URL !== "about:blank" && parts.every((part) => item.querySelector(part));
    if (whole && item.dataset.review !== seen.review) Object.assign(seen, { review: item.dataset.review, at: performance.now() });
    requestAnimationFrame(look);
  })();
}"""
#: Resolves in the frame in which another item takes keys: Playwright's own waiting looks only every half second. Returns
#: its review, and the milliseconds from the last key until it stood there with its evidence.
_READY = """(last) => new Promise((tell, fail) => {
  const until = performance.now() + 30_000;
  (function look() {
    const item = document.querySelector("#desk[data-ready] article[data-review]"), { review, at, pressed } = window.seen;
    if (item && review !== last && item.dataset.review === review) return tell({ review, next: at - pressed });
    if (performance.now() > until) return fail(new Error("no other item takes keys with all of its evidence after 30 s"));
    requestAnimationFrame(look);
  })();
})"""


def judged(database: str, items: int) -> dict[str, float]:
    """Judge so many events with the server on that database.

    Returns `items_per_minute`, `item_p95_ms` (from an item's key until the next takes keys), and `next_p50_ms` and
    `next_p95_ms` (until the next stands there with all of its evidence). Raises where a verdict was not stored.
    """
    from moderation.models import Decision

    cookie, first = _signed_in()
    with _server(database) as address:
        found = _judge(address, cookie, first, items)
    stored = Decision.objects.filter(by__email=_MODERATOR).count()
    if stored != items:
        raise SystemExit(f"nocturne: {items} verdicts were pressed, {stored} are stored")
    return found


def _signed_in() -> tuple[tuple[str, str], str]:
    """The session's cookie of somebody with all rights, and the path of the first event in the queue that nobody is at."""
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from accounts.models import User
    from moderation.models import Review

    client = Client()
    client.force_login(User.objects.create_user(_MODERATOR, None, is_staff=True, is_superuser=True))
    free = Review.objects.filter(state="open", kind="event", claimed_by=None)
    first = free.order_by("-priority", "starts_at", "id")[0]
    name = settings.SESSION_COOKIE_NAME
    return (name, client.cookies[name].value), reverse("admin:moderation_review_change", args=[first.pk])


@contextmanager
def _server(database: str) -> Iterator[str]:
    """The web process on a free port; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = urlunsplit(urlsplit(world.address())._replace(path=f"/{database}"))
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "PORT": str(port),
        "DATABASE_POOL": "true",
        "CACHE_PREFIX": database,
    }
    process = subprocess.Popen([sys.executable, "-m", "config.web"], env=environment)
    try:
        _wait_for(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("nocturne: the server of the benchmark does not come up")


def percentile(values: list[float], share: int) -> float:
    """The value that `share` of a hundred do not exceed: of few, the greatest."""
    return round(sorted(values)[max(0, -(-len(values) * share // 100) - 1)], 1)


def p95_of(call: Callable[[], Any], rounds: int) -> float:
    """The 95th percentile of so many calls, in milliseconds, after one that is not counted."""
    call()
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        call()
        times.append((time.perf_counter() - begun) * 1000)
    return percentile(times, 95)


def _judge(address: str, cookie: tuple[str, str], first: str, items: int) -> dict[str, float]:
    from playwright.sync_api import sync_playwright

    from tests.chrome import FLAGS, MISSING, find_chromium

    found = find_chromium()
    if found is None:
        raise SystemExit(f"nocturne: {MISSING}")
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": address}])
        page.goto(f"{address}{first}?kind=event")
        page.evaluate(_WATCH, list(EVIDENCE))
        times, shown = _press(page, items)
        browser.close()
    return {
        "items_per_minute": round(60 * items / sum(times), 1),
        "item_p95_ms": percentile([1000 * seconds for seconds in times], 95),
        "next_p50_ms": percentile(shown, 50),
        "next_p95_ms": percentile(shown, 95),
    }


def _press(page: Any, items: int) -> tuple[list[float], list[float]]:
    """For each item the seconds from its keys until the next takes keys, and the milliseconds until that is shown."""
    times, shown, now = [], [], page.evaluate(_READY, "")
    for number in range(items):
        begun = time.perf_counter()
        for key in VERDICTS[number % len(VERDICTS)]:
            page.keyboard.press(key)
        now = page.evaluate(_READY, now["review"])
        times.append(time.perf_counter() - begun)
        shown.append(now["next"])
        if number % 50 == 49:
            print(f"{number + 1} judged; load {os.getloadavg()[0]:.1f}", flush=True)
    return times, shown
