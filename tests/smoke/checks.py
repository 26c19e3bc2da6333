"""The checks, which know nothing of the installation but its address and a moderator: they hold for any version that speaks /api/v1.

They write: one submission, which is approved and then rejected, and one subscription that nobody confirms.
"""

import json
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import httpx

from tests.waiting import until

#: Seconds that a worker may take, with what waits before it.
PATIENCE: Final = 60.0
_PAUSE: Final = 0.5


class Failed(Exception):
    """The installation does not do what was asked."""


@dataclass(kw_only=True)
class Site:
    """An installation: its address without a slash at the end, a city of it, and who moderates there."""

    url: str
    city: str
    email: str
    password: str
    otp: str = ""
    #: What runs `manage.py` there, and its keywords for `subprocess.run`; without it no digest is composed.
    manage: tuple[str, ...] = ()
    commands: dict[str, Any] = field(default_factory=dict)
    #: The event that the checks make has this title, which no other has.
    title: str = field(default_factory=lambda: f"Smoke test {uuid4().hex[:12]}")
    #: That which approved it.
    decision: str = ""
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, timeout=PATIENCE, follow_redirects=True)

    def ask(self, method: str, path: str, *expected: int, **more: Any) -> httpx.Response:
        """The answer. Raises Failed where its status is none of `expected` (200)."""
        try:
            answer = self.http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise Failed(f"{method} {path}: {type(error).__name__} {error}") from error
        if answer.status_code not in (expected or (200,)):
            raise Failed(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer

    def until(self, what: str, found: Callable[[], Any]) -> Any:
        """The first true result. Raises Failed after PATIENCE."""
        try:
            return until(found, what, PATIENCE, _PAUSE)
        except AssertionError as error:
            raise Failed(str(error)) from None


def page(site: Site) -> None:
    """The pages of the site and of the city."""
    for path in ("/", f"/{site.city}/"):
        if "</html>" not in site.ask("GET", path).text:
            raise Failed(f"{path} is not whole")


def ready(site: Site) -> None:
    """Its own word on its parts."""
    site.ask("GET", "/readyz")


def submit(site: Site) -> None:
    """Somebody tells of an event in three days, and it waits for a moderator."""
    start = (datetime.now(UTC) + timedelta(days=3)).replace(microsecond=0)
    told = {
        "title": site.title,
        "start": start.isoformat(),
        "city": site.city,
        "venue": "Smoke Hall",
        "category": "music",
    }
    site.ask("POST", "/api/v1/submissions", 202, json=told, headers={"Idempotency-Key": site.title})


def approve(site: Site) -> None:
    """A moderator approves it, and who listens is told: a live frame."""
    words = {"email": site.email, "password": site.password, **({"otp": site.otp} if site.otp else {})}
    token = site.ask("POST", "/api/v1/auth/login", json=words).json()["access"]
    site.http.headers["Authorization"] = f"Bearer {token}"
    waiting = {"q": site.title}

    def found() -> Any:
        return site.ask("GET", "/api/v1/admin/reviews", params=waiting).json()["results"]

    review = site.until("the submission waits for a moderator", found)[0]
    wish = {"verdict": "approve", "version": review["version"]}
    with _listening(site) as frames:
        decided = site.ask("POST", f"/api/v1/admin/reviews/{review['id']}/verdict", json=wish)
        site.decision = decided.json()["id"]
        end = time.monotonic() + PATIENCE
        while True:
            try:
                frame = frames.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                raise Failed(f"no live frame tells of it within {PATIENCE:.0f} s") from None
            if site.title in frame:
                return


def search(site: Site) -> None:
    """It is found, by the API and on the page of search."""

    def found() -> Any:
        return site.ask("GET", "/api/v1/search", params={"q": site.title, "city": site.city}).json()[
            "results"
        ]

    if site.title not in [one["title"] for one in site.until("search finds it", found)]:
        raise Failed("search finds others and not the event")
    if site.title not in site.ask("GET", "/search", params={"q": site.title}).text:
        raise Failed("the page of search does not name it")


def subscribe(site: Site) -> None:
    """A wish for a digest is taken."""
    wish = {"email": f"smoke-{uuid4().hex[:12]}@example.org", "city": site.city}
    site.ask("POST", "/api/v1/subscriptions", 200, 201, 202, json=wish)


def digest(site: Site) -> None:
    """The city's digest is composed with the event, for those who subscribe there; nothing is sent. Left out where no command reaches the installation."""
    if not site.manage:
        return
    words = [*site.manage, "send_digest", "--city", site.city, "--dry-run"]
    told = subprocess.run(words, **site.commands, capture_output=True, text=True, check=False, timeout=2 * PATIENCE)  # fmt: skip
    if told.returncode:
        raise Failed(f"{' '.join(words)}: {told.returncode} {told.stderr[-300:]}")
    *subjects, said = told.stdout.strip().splitlines()
    if not json.loads(said)["subscriptions"]:
        raise Failed("nobody subscribes to the city's digest, so that none can be composed")
    if not subjects:
        raise Failed(f"no digest has an event: {said[:300]}")


def withdraw(site: Site) -> None:
    """The moderator undoes the approval, so that it is found no more, and rejects it."""
    site.ask("POST", f"/api/v1/admin/decisions/{site.decision}/undo")
    asked = {"q": site.title}
    site.until(
        "it leaves search", lambda: not site.ask("GET", "/api/v1/search", params=asked).json()["results"]
    )
    review = site.ask("GET", "/api/v1/admin/reviews", params=asked).json()["results"][0]
    wish = {"verdict": "reject", "reason": "spam", "version": review["version"]}
    site.ask("POST", f"/api/v1/admin/reviews/{review['id']}/verdict", json=wish)


CHECKS: Final[tuple[Callable[[Site], None], ...]] = (
    ready,
    page,
    submit,
    approve,
    search,
    subscribe,
    digest,
    withdraw,
)


def run(site: Site) -> Iterator[tuple[str, float, str]]:
    """Each check in turn: its name, the seconds that it took, and what is wrong, '' where all is well. The first that fails is the last."""
    for check in CHECKS:
        begun, problem = time.monotonic(), ""
        try:
            check(site)
        except Failed as failed:
            problem = str(failed)
        yield check.__name__, time.monotonic() - begun, problem
        if problem:
            return


class _listening:
    """The frames of the city's live feed (SSE), from when it has begun."""

    def __init__(self, site: Site) -> None:
        self._site, self._frames = site, queue.Queue[str]()
        self._begun, self._ended = threading.Event(), threading.Event()

    def __enter__(self) -> "queue.Queue[str]":
        threading.Thread(target=self._read, daemon=True).start()
        if not self._begun.wait(PATIENCE):
            raise Failed("the live feed does not begin")
        return self._frames

    def __exit__(self, *_: object) -> None:
        self._ended.set()

    def _read(self) -> None:
        way = f"/api/v1/live?topics=events:city:{self._site.city}"
        with (
            suppress(httpx.HTTPError),  # it is cut off, or silent for too long: then no frame came
            httpx.stream("GET", f"{self._site.url}{way}", timeout=PATIENCE) as answer,
        ):
            for line in answer.iter_lines():
                self._begun.set()
                if self._ended.is_set():
                    return
                if line.startswith("data:"):
                    self._frames.put(line)
