"""LBB's ready configuration, on a page of the shape that it expects."""

from datetime import UTC, datetime

import pytest

from pipeline.connectors.configuration import configured
from pipeline.connectors.formats.scraper.listing import pack
from pipeline.connectors.platforms.sites import LbbConfig
from pipeline.connectors.registry import CONNECTORS
from pipeline.contract.crawl import Pagination, Render
from pipeline.contract.enums import Tier
from pipeline.contract.exceptions import SchemaChanged
from tests.pipeline.connectors.formats.test_scraper import WalkingHttpClient, crawled, fetched
from tests.pipeline.connectors.reading import kept, params, payload

LbbConnector = CONNECTORS["lbb"]

LIST = """<html><body><nav><a href="/bangalore/">Bangalore</a></nav>
<article><a href="/bangalore/pottery-workshop-ab12/"><img src="/i/p.jpg"></a><h3><a href="/bangalore/pottery-workshop-ab12/">Pottery workshop</a></h3>
<time>06/12/2026</time><span class="card-location">Indiranagar</span><span class="card-price">INR 1,200</span><span class="category">Workshops</span>
<p>Two hours at the wheel.</p></article>
<article><h3><a href="/bangalore/flea-market-cd34/">Flea market</a></h3><time datetime="2026-12-12T11:00">12 Dec</time></article></body></html>"""
DETAIL = """<html><script type="application/ld+json">{"@context":"https://schema.org","@type":"Event","name":"Pottery Workshop",
"startDate":"2026-12-06T15:00:00+05:30","location":{"@type":"Place","name":"Clay Station"}}</script></html>"""


def test_the_articles_are_the_events() -> None:
    page = LbbConnector(LbbConfig()).read(
        pack(crawled(LIST, fetched("/bangalore/pottery-workshop-ab12/", DETAIL))), params()
    )
    pottery, market = kept(page)
    assert (pottery.title, pottery.start) == ("Pottery workshop", datetime(2026, 12, 6, 9, 30, tzinfo=UTC))
    assert (pottery.venue.name, pottery.price_text, pottery.categories) == (
        "Indiranagar",
        "INR 1,200",
        ("Workshops",),
    )
    assert (market.start, market.calendar_timezone) == (datetime(2026, 12, 12, 11), "Asia/Kolkata")
    assert market.external_id.endswith("/bangalore/flea-market-cd34/")


def test_ten_numbered_pages_at_most() -> None:
    http = WalkingHttpClient(crawled(LIST))
    list(configured("lbb", {}).fetch(params(), http))
    (job,) = http.jobs
    assert (job.pagination, job.max_pages, job.render) == (Pagination.NUMBERED, 10, Render.AUTO)
    assert [job.page_url(job.urls[0], number) for number in (1, 10)] == [
        "https://lbb.in/bangalore/events/?page=1",
        "https://lbb.in/bangalore/events/?page=10",
    ]


def test_a_new_design_is_no_empty_list() -> None:
    with pytest.raises(SchemaChanged):
        LbbConnector(LbbConfig()).read(payload("<html><body>Shop now</body></html>"), params())


def test_its_addresses_are_known() -> None:
    assert LbbConnector.config_for("https://lbb.in/mumbai/events/") == {"city": "mumbai"}
    assert LbbConnector.config_for("https://lbb.in/mumbai/best-cafes/") is None


def test_it_says_that_it_is_unproven() -> None:
    assert LbbConnector.metadata.tier is Tier.CONFIGURATION
