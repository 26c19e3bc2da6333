"""BookMyShow's ready configuration, on a page written after what is published of its structure: cards whose
class names mean nothing."""

from datetime import UTC, datetime

import pytest

from pipeline.connectors.configuration import configured
from pipeline.connectors.formats.scraper.listing import pack
from pipeline.connectors.platforms.sites import BookMyShowConfig
from pipeline.connectors.registry import CONNECTORS
from pipeline.contract.crawl import Pagination, Render
from pipeline.contract.enums import Tier
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.raw import RawRecord
from tests.pipeline.connectors.formats.test_scraper import WalkingHttpClient, crawled, fetched
from tests.pipeline.connectors.reading import params, payload, reasons

BookMyShowConnector = CONNECTORS["bookmyshow"]


def card(
    name: str,
    number: str,
    *,
    place: str = "Manpho Convention Centre: Bengaluru",
    price: str = "₹ 1499 onwards",
) -> str:
    """One card: a link, a picture with the title as its text, and lines in divs."""
    return f"""<a class="sc-133848s-11 sc-1ljcxl3-1 eQiiBj" href="/events/{name.lower().replace(" ", "-")}/{number}"><div class="sc-7o7nez-0 bAjLHV">
    <div><img alt="{name}" src="https://assets-in.bmscdn.com/{number}.jpg"></div><div><div class="sc-a">PROMOTED</div></div></div>
    <div class="x"><div class="sc-7o7nez-0 elfplV">{name}</div></div><div><div class="sc-7o7nez-0 dTscyB">{place}</div></div>
    <div><div class="sc-7o7nez-0 dTscyB">Music Shows</div></div><div><div class="sc-7o7nez-0 dTscyB">{price}</div></div></a>"""


LIST = f"""<html><body><a href="/explore/home/bengaluru">Home</a><a href="/events/comedy">Comedy</a>
{card("Sunset Live", "ET00400001")}{card("Stand Up", "ET00400002", place="That Comedy Club: Bengaluru", price="Free")}</body></html>"""
DETAIL = """<html><script type="application/ld+json">{"@context":"https://schema.org","@type":"Event","name":"Sunset Live",
"startDate":"2026-12-05T17:00:00+05:30","location":{"@type":"Place","name":"Manpho Convention Centre","address":"Nagavara, Bengaluru"}}</script></html>"""


def test_the_cards_of_the_list_and_the_events_own_pages_are_put_together() -> None:
    page = crawled(LIST, fetched("/events/sunset-live/ET00400001", DETAIL))
    records = BookMyShowConnector(BookMyShowConfig()).read(pack(page), params())
    found = {one.external_id: one for one in records.records}
    assert set(found) == {"ET00400001", "ET00400002"}
    sunset = found["ET00400001"]
    assert isinstance(sunset, RawRecord)
    assert (sunset.title, sunset.start) == ("Sunset Live", datetime(2026, 12, 5, 11, 30, tzinfo=UTC))
    assert (sunset.venue.name, sunset.venue.address, sunset.price_text) == (
        "Manpho Convention Centre",
        "Nagavara, Bengaluru",
        "₹ 1499 onwards",
    )
    assert sunset.url.endswith("/events/sunset-live/ET00400001")
    assert sorted(reasons(records)) == ["", "no start"], "the list alone does not say when"


def test_the_list_is_scrolled_five_times() -> None:
    http = WalkingHttpClient(crawled(LIST, fetched("/events/sunset-live/ET00400001", DETAIL)))
    list(configured("bookmyshow", {}).fetch(params(), http))
    (job,) = http.jobs
    assert job.urls == ("https://in.bookmyshow.com/explore/events-bengaluru",)
    assert (job.pagination, job.scrolls, job.render) == (Pagination.SCROLL, 5, Render.BROWSER)


def test_a_new_design_is_no_empty_list() -> None:
    with pytest.raises(SchemaChanged):
        BookMyShowConnector(BookMyShowConfig()).read(
            payload("<html><body>We value your privacy</body></html>"), params()
        )


@pytest.mark.parametrize(
    ("url", "config"),
    [
        ("https://in.bookmyshow.com/explore/events-mumbai", {"city": "mumbai"}),
        (
            "https://in.bookmyshow.com/explore/comedy-shows-pune",
            {"url": "https://in.bookmyshow.com/explore/comedy-shows-pune"},
        ),
        ("https://bookmyshow.example/explore/events-mumbai", None),
    ],
)
def test_its_addresses_are_known(url: str, config: dict[str, str] | None) -> None:
    assert BookMyShowConnector.config_for(url) == config


def test_it_says_that_it_is_unproven() -> None:
    assert BookMyShowConnector.metadata.tier is Tier.CONFIGURATION
