"""Each public page, with one card and with thirty, is small, asks the database little, and loads nothing from others."""

import gzip
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from events.models import Event
from tests.access.rows import doors
from tests.access.world import address, make_world
from tests.factories import EVENING, make_event

pytestmark = pytest.mark.django_db
KB = 1_000
HTML, STYLES, SCRIPTS, QUERIES = 60 * KB, 30 * KB, 40 * KB, 10
#: Where few events answer, the nearest are looked for one way after the other (events.search.answering.filling).
QUERIES_OF_SEARCH = 40
#: Not for the public, or not pages.
OUTSIDE = ("admin/", "api/", "accounts/", "metrics", "mailbox", "media/", "static/", "organize/", "check-in/")
#: Beside the routes: lists, and what a route alone does not lead to.
MORE = (
    "/{city}/music/",
    "/{city}/today/",
    "/{city}/2026-12/",
    "/search?q=moonlit",
    "/search?q=nothingatall",
    "/{city}/?q=x",
    "/nowhere/at/all/",
)
CATEGORIES = ("music", "film", "food", "talk")


@pytest.fixture
def city() -> Iterator[str]:
    with time_machine.travel(EVENING, tick=False), transaction.atomic():
        yield make_world().slug
        transaction.set_rollback(True)  # rows without a change in the outbox


def pages(client: Client, city: str) -> list[str]:
    """The addresses of all public pages, without redirects."""
    routes = {
        route: pattern for route, pattern in doors().items() if not route.lstrip("^").startswith(OUTSIDE)
    }
    asked = [address(route, pattern) for route, pattern in routes.items()]
    found = []
    for path in [*asked, *(path.format(city=city) for path in MORE)]:
        answer = client.get(path, follow=True)
        if not answer.get("Content-Type", "").startswith("text/html") or not answer.content:
            continue
        found.append(answer.redirect_chain[-1][0] if answer.redirect_chain else path)
    return sorted(set(found))


def size_of(client: Client, paths: list[str]) -> int:
    """The bytes of scripts or styles, each compressed by itself."""
    return sum(len(gzip.compress(_content(client, path))) for path in dict.fromkeys(paths))


def _content(client: Client, path: str) -> bytes:
    if not path.startswith("/static/"):
        return b"".join(client.get(path))
    file = finders.find(path.removeprefix("/static/"))
    assert isinstance(file, str), path
    return Path(file).read_bytes()


def _read(client: Client, path: str) -> tuple[Any, list[str]]:
    """A page, and the queries that read for it."""
    with CaptureQueriesContext(connection) as seen:
        page = client.get(path)
    return page, [query["sql"] for query in seen if query["sql"].startswith(("SELECT", "WITH", "("))]


def over(client: Client, path: str) -> list[str]:
    """What of a page is beyond the budget."""
    page, asked = _read(client, path)
    if len(asked) > QUERIES:
        # what processes read anew every few seconds (flags, settings of the site) may fall into one request
        page, asked = min((page, asked), _read(client, path), key=lambda one: len(one[1]))
    tree = html.fromstring(page.content)
    styles = [str(link) for link in tree.xpath("//link[@rel='stylesheet']/@href")]
    scripts = [str(link) for link in tree.xpath("//script/@src")]
    loaded = [
        str(link)
        for link in tree.xpath("//img/@src | //source/@srcset | //iframe/@src | //link[@rel='preload']/@href")
    ]
    figures: dict[str, tuple[int, int]] = {
        "bytes of HTML": (len(gzip.compress(page.content)), HTML),
        "bytes of styles": (size_of(client, styles), STYLES),
        "bytes of scripts": (size_of(client, scripts), SCRIPTS),
        "queries": (len(asked), QUERIES_OF_SEARCH if path.startswith("/search") else QUERIES),
        "third parties": (sum(bool(urlsplit(link).netloc) for link in [*styles, *scripts, *loaded]), 0),
        "inline scripts and styles": (
            len(tree.xpath("//style | //@style | //script[not(@src) and not(contains(@type, 'json'))]")),
            0,
        ),
    }
    return [
        f"{path}: {found} {what}, {most} at most" for what, (found, most) in figures.items() if found > most
    ]


def test_every_page_is_within_its_budget(client: Client, city: str) -> None:
    few = pages(client, city)
    assert {"/", f"/{city}/", "/about/"} <= set(few)
    assert len(few) > 15
    exceeded = [each for path in few for each in over(client, path)]
    first: Any = Event.objects.select_related("city", "area", "place").filter(publication="approved").first()
    for number in range(30):
        make_event(
            title=f"Moonlit Jazz {number}",
            start=EVENING + timedelta(days=number % 4, hours=1, minutes=number),
            city=first.city,
            area=first.area,
            place=first.place,
            category_id=CATEGORIES[number % len(CATEGORIES)],
            description="<p>Two sets, and a third one where people stay.</p>" * 20,
            tags=["jazz", "late"],
        )
    cards = client.get(f"/{city}/").content.count(b'class="card"') + client.get(f"/{city}/").content.count(
        b'class="card '
    )
    assert cards >= 30
    exceeded += [f"30 cards: {each}" for path in pages(client, city) for each in over(client, path)]
    assert "\n".join(exceeded) == ""
