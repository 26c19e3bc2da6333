"""`python -m tests.site_pictures` takes the pictures of the public pages anew, by day and by night, on a phone and on a
wide screen, for docs/screenshots/README.md. Without `--base` it starts a fresh installation with samples, and ends it.

Not a test: it looks at a running site with a Chromium.
"""

import argparse
import contextlib
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import httpx
import pytest
from PIL import Image

from tests.chrome import FLAGS, MISSING, find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / "docs" / "screenshots" / "site"
INDEX: Final = FOLDER.parent / "README.md"
#: Width and height of the window in CSS pixels, and the width of the file.
SIZES: Final = ((390, 1300, 390), (1440, 1100, 960))
COLOURS: Final[dict[str, Literal["light", "dark"]]] = {"day": "light", "night": "dark"}
_QUALITY: Final = 62
_START_SECONDS: Final = 900
_PORT: Final = "8097"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shot:
    """A picture: its name, what it shows, and the address of the page."""

    name: str
    about: str
    path: str

    @property
    def locale(self) -> str:
        """The language of the reader's browser, that of the page."""
        first = self.path.split("/")[1]
        return {"hi": "hi-IN", "kn": "kn-IN", "es": "es-US", "fr": "fr-FR"}.get(first, "en-IN")


#: Pages of a person who speaks for an organizer, and of errors: of the invented world of tests/browser/house.py.
OWN: Final = (
    Shot(name="account", about="An account", path="/accounts/"),
    Shot(name="profile", about="Name and language of an account", path="/accounts/profile/"),
    Shot(name="addresses", about="The addresses of an account", path="/accounts/email/"),
    Shot(name="password", about="Another password", path="/accounts/password/change/"),
    Shot(name="second-factor", about="The second factor", path="/accounts/2fa/"),
    Shot(name="sessions", about="Where an account is signed in", path="/accounts/sessions/"),
    Shot(name="export", about="What is kept of a person, to take along", path="/accounts/export/"),
    Shot(name="close", about="End an account", path="/accounts/close/"),
    Shot(name="subscriptions", about="The mails of an address", path="/subscriptions/{active_subscription}/"),
    Shot(
        name="subscription-confirm",
        about="Confirm a subscription",
        path="/subscriptions/confirm/{subscription}/",
    ),
    Shot(name="organizer", about="An organizer", path="{organizer}"),
    Shot(name="report", about="Report an event", path="/events/{event_id}/report/"),
    Shot(name="for-me", about="Events for one person, and what they want to see", path="/for-me/"),
    Shot(name="following", about="What a person follows", path="/for-me/following/"),
    Shot(name="follow", about="Follow a venue", path="/for-me/follow/?kind=venue&key={place_hex}"),
    Shot(name="saved-account", about="What is saved with the account", path="/saved/"),
    Shot(name="searches", about="Saved searches", path="/me/searches/"),
    Shot(name="search-save", about="Save a search", path="/me/searches/new/?city=bengaluru&category=music"),
    Shot(name="search-saved", about="A saved search", path="/me/searches/{search}/"),
    Shot(name="notices", about="What a person was told", path="/me/notices/"),
    Shot(name="notices-settings", about="What is told by which way", path="/me/notices/settings/"),
    Shot(name="keys", about="API keys", path="/accounts/keys/"),
    Shot(name="key-new", about="Make an API key", path="/accounts/keys/new/"),
    Shot(name="webhooks", about="Webhooks", path="/me/webhooks/"),
    Shot(name="webhook", about="A webhook, and what was sent", path="/me/webhooks/{endpoint}/"),
    Shot(name="register", about="Register for an event", path="/events/{event_id}/register/"),
    Shot(name="registration", about="A registration", path="/registrations/magic-link/{registration}/"),
    Shot(name="registrations", about="The registrations of a person", path="/registrations/"),
    Shot(name="organize", about="The organizer's desk", path="/organize/"),
    Shot(name="write", about="Write an event", path="/organize/events/new/"),
    Shot(name="draft", about="A draft, with its preview", path="/organize/drafts/{draft}/"),
    Shot(name="own-event", about="An event of one's own", path="/organize/events/{event_id}/"),
    Shot(name="own-edit", about="Edit an event", path="/organize/events/{event_id}/edit/"),
    Shot(name="own-pictures", about="The pictures of an event", path="/organize/events/{event_id}/pictures/"),
    Shot(name="figures", about="How an event is looked at", path="/organize/events/{event_id}/figures/"),
    Shot(name="messages", about="Write to those who come", path="/organize/events/{event_id}/messages/"),
    Shot(name="check-in", about="Check in at the door", path="/organize/events/{event_id}/check-in/"),
    Shot(name="team", about="A team", path="/organize/organizers/{organizer_id}/"),
    Shot(name="claim", about="Claim an organizer", path="/organize/organizers/{other_id}/claim/"),
    Shot(name="own-venue", about="Hours and contact of a venue", path="/organize/places/{place_id}/venue/"),
    Shot(
        name="calendars", about="Calendars elsewhere", path="/organize/organizers/{organizer_id}/calendars/"
    ),
    Shot(name="status", about="The state of the site, and its last 90 days", path="/status/"),
    Shot(name="removed", about="Taken down (410)", path="{removed}"),
    Shot(name="broken", about="An error on our side (500)", path="/search?q=jazz"),
    Shot(name="too-many", about="Too much in a minute (429)", path="/search?q=jazz"),
)


def shots(base: str) -> Iterator[Shot]:
    """The pages of a site with samples; those of certain events are looked up by its API."""
    plain = (
        ("home", "Home: tonight in the nearest city, and the selector", "/"),
        ("city", "A city: tonight and the coming days", "/bengaluru/"),
        ("weekend", "A list of days", "/new-york/weekend/"),
        ("month", "A month as a calendar", f"/bengaluru/{time.strftime('%Y-%m')}/"),
        ("category", "A category", "/bengaluru/music/"),
        ("area", "An area", "/bengaluru/indiranagar/"),
        ("map", "The map, and the list beside it", "/bengaluru/map/"),
        ("scan", "The sources of a city, asked now", "/bengaluru/scan/"),
        ("search", "Search with results", "/search?q=jazz+in+bengaluru"),
        ("search-nearest", "Search where nothing fits: the nearest", "/search?q=opera+tomorrow+in+new+york"),
        ("online", "What is online", "/online/"),
        ("day", "A day", "/bengaluru/tomorrow/"),
        ("saved", "What is saved on the device", "/saved/"),
        ("submit", "Tell of an event", "/submit/?city=bengaluru"),
        ("subscribe", "The weekly mail", "/subscribe/?city=new-york"),
        ("embed", "The builder of the component for other sites", "/embed/"),
        ("about", "How this works", "/about/"),
        ("sources", "The sources, and how they do", "/sources/"),
        ("bot", "About the robot", "/about/bot"),
        ("privacy", "Privacy", "/privacy/"),
        ("terms", "Terms", "/terms/"),
        ("imprint", "Imprint", "/imprint/"),
        ("opt-out", "Opt-out", "/opt-out/"),
        ("developers", "For developers", "/developers/"),
        ("login", "Sign in", "/accounts/login/"),
        ("signup", "Sign up", "/accounts/signup/"),
        ("not-found", "Not found", "/bengaluru/nowhere-at-all/"),
        ("city-hindi", "A city in Hindi", "/hi/bengaluru/"),
        ("city-kannada", "A city in Kannada", "/kn/bengaluru/"),
        ("city-spanish", "A city in Spanish", "/es/san-francisco/"),
        ("home-french", "Home in French", "/fr/"),
    )
    for name, about, path in plain:
        yield Shot(name=name, about=about, path=path)
    yield from _of_events(base)


def _of_events(base: str) -> Iterator[Shot]:
    wanted = (
        (
            "event",
            "An event with a picture, listed by two sources",
            {"city": "bengaluru", "q": "Late Trio piano"},
        ),
        ("event-cancelled", "Cancelled", {"status": "cancelled"}),
        ("event-rescheduled", "At another hour", {"status": "rescheduled"}),
        ("event-sold-out", "Sold out", {"status": "sold_out"}),
        (
            "event-moved",
            "Moved to another venue",
            {"city": "bengaluru", "q": "Kannada cinema in ten posters"},
        ),
        ("event-online", "Online", {"online": "yes"}),
        ("event-hindi", "An event in Hindi", {"city": "bengaluru", "language": "hi"}),
    )
    for name, about, query in wanted:
        found = httpx.get(f"{base}/api/v1/events", params={**query, "limit": "1"}, timeout=60).json()[
            "results"
        ]
        if not found:
            print(f"no event for {name}: {query}", file=sys.stderr)
            continue
        event = found[0]
        yield Shot(name=name, about=about, path=f"/events/{event['slug']}-{event['id'].replace('-', '')}/")
        if name == "event":
            venue = httpx.get(
                f"{base}/api/v1/places", params={"city": "bengaluru", "q": "Blue Room"}, timeout=60
            )
            for place in venue.json().get("results", [])[:1]:
                yield Shot(
                    name="venue",
                    about="A venue",
                    path=f"/venues/{place['slug']}-{place['id'].replace('-', '')}/",
                )


def take(base: str, only: str) -> list[Shot]:
    """Take the pictures of every page that answers, or of those whose names contain a part of `only`. Returns them in order."""
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    if path is None:
        raise SystemExit(f"nocturne: {MISSING}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    taken: list[Shot] = []
    pages: dict[tuple[str, int, str], Page] = {}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=[*FLAGS, "--no-sandbox"])
        for shot in shots(base):
            if only and not any(part in shot.name for part in only.split(",")):
                continue
            status = httpx.get(base + shot.path, follow_redirects=True, timeout=60).status_code
            if status != 200 and shot.name != "not-found":
                print(f"{shot.name}: {shot.path} answers {status}", file=sys.stderr)
                continue
            for colours in COLOURS:
                for width, height, kept in SIZES:
                    key = (colours, width, shot.locale)
                    if key not in pages:
                        pages[key] = _open(chromium, colours, width, height, shot.locale)
                    name = FOLDER / f"{shot.name}-{width}-{colours}.webp"
                    take_picture(pages[key], base + shot.path, name, kept)
            taken.append(shot)
            print(shot.name, flush=True)
        chromium.close()
    return taken


def _open(chromium: "Browser", colours: str, width: int, height: int, locale: str) -> "Page":
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme=COLOURS[colours],
        reduced_motion="reduce",
        timezone_id="Asia/Kolkata",
        locale=locale,
    )
    return context.new_page()


def take_picture(page: "Page", address: str, name: Path, kept: int) -> None:
    """Take what the window shows, without the mark of the live feed, as a small WebP `kept` pixels wide."""
    page.goto(address, wait_until="load", timeout=120_000)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_timeout(400)
    page.evaluate("document.querySelectorAll('.livestate').forEach((one) => one.remove())")
    image = Image.open(io.BytesIO(page.screenshot(timeout=120_000))).convert("RGB")
    height = round(image.height * kept / image.width)
    if kept != image.width:
        image = image.resize((kept, height), Image.Resampling.LANCZOS)
    image.save(name, "WEBP", quality=_QUALITY, method=6)


def write_index(shown: list[Shot]) -> None:
    """Write the page that shows all pictures."""
    lines = [
        "# Pictures of the public pages",
        "",
        "Taken by `make screenshots` of a fresh installation with its samples: on a phone (390 pixels wide)",
        "and on a wide screen (1,440 pixels, shown smaller), by day and by night. The pages of people, organizers",
        "and errors show an invented world (`tests/browser/house.py`).",
        "Pictures of the staff's pages are in [moderation.md](../moderation.md).",
    ]
    for shot in shown:
        lines += ["", f"## {shot.about}", ""]
        pictures = [
            f"![{shot.about}, {width} pixels, by {colours}](site/{shot.name}-{width}-{colours}.webp)"
            for width, _, _ in SIZES
            for colours in COLOURS
        ]
        lines += pictures
    INDEX.write_text("\n".join(lines) + "\n")


@contextlib.contextmanager
def fresh_site() -> Iterator[str]:
    """A fresh installation with samples on a port of its own; yields its address."""
    with (
        tempfile.TemporaryDirectory(prefix="nocturne-pictures-") as folder,
        fresh_site_in(folder, _PORT) as base,
    ):
        yield base


@contextlib.contextmanager
def fresh_site_in(folder: str, port: str, more: Mapping[str, str] | None = None) -> Iterator[str]:
    """An installation with samples in a folder and on a port, with `more` variables; yields its address."""
    base = f"http://127.0.0.1:{port}"
    env = {**os.environ, "NOCTURNE_VAR": folder, "PORT": port, "DEBUG": "0", **(more or {})}
    words = [sys.executable, "-m", "config.supervisor", "--with-parent"]
    site = subprocess.Popen(words, cwd=ROOT, env=env, start_new_session=True)
    try:
        _wait(base)
        yield base
    finally:
        site.send_signal(signal.SIGINT)
        site.wait(timeout=60)


def _wait(base: str) -> None:
    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{base}/readyz", timeout=10).status_code == 200:
                return
        time.sleep(2)
    raise SystemExit("nocturne: the installation did not start")


def main() -> int:
    """Exit code 0 where pictures were taken."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument(
        "--base", default="", help="a running site with samples, such as http://127.0.0.1:8000"
    )
    reader.add_argument(
        "--only", default="", help="pages whose names contain one of these, separated by commas"
    )
    asked = reader.parse_args()
    with contextlib.nullcontext(asked.base.rstrip("/")) if asked.base else fresh_site() as base:
        taken = take(base, asked.only)
        every = (*shots(base), *OWN)
    if not asked.only or any(part in shot.name for shot in OWN for part in asked.only.split(",")):
        pytest.main(["tests/browser/take_own_pictures.py", "-q", "--no-header", "-p", "no:cacheprovider"])
    write_index([shot for shot in every if (FOLDER / f"{shot.name}-390-day.webp").exists()])
    return 0 if taken else 1


if __name__ == "__main__":
    sys.exit(main())
