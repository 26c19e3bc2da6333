"""The scraper: lists read by selectors, with the events' own pages; every error is reported."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pipeline.connectors.configuration import configured
from pipeline.connectors.formats.scraper import ScraperConfig, ScraperConnector
from pipeline.connectors.formats.scraper.listing import pack, unpack
from pipeline.contract.connector import Credentials, Page
from pipeline.contract.crawl import CrawledPage, CrawlJob, Fetched, LoginKind, Pagination, Render
from pipeline.contract.enums import Coverage, CredentialKind
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from tests.pipeline.connectors.reading import NOW, TableHttpClient, kept, only, params, payload, reasons

LIST = """<html><body><h1>What is on</h1>
<article class=event data-id=a1><h2><a href="/e/jazz?utm_source=x#top">Jazz at the <em>Loft</em></a></h2><span class=day>28 November 2026</span>
 <span class=time>8:30 pm</span><p class=where>The Loft</p><p class=where>12 Church Street</p><img src="/i/jazz.jpg"><b class=price>Rs 500 onwards</b>
 <i class=tag>Music</i><i class=tag>Jazz</i><div class=about>Five players.<script>bad()</script></div></article>
<article class=event data-id=a2><h2><a href="/e/play">A play</a></h2><time datetime="2026-12-01T19:00:00+05:30">Tuesday</time></article>
</body></html>"""
SELECTORS: dict[str, Any] = {
    "container": "article.event", "title": "h2", "date": ".day, .time, time", "location": ".where", "description": ".about", "image": "img",
    "link": "h2 a", "price": ".price", "category": ".tag", "id": "::attr(data-id)",
}  # fmt: skip
BASE = "https://town.example"


def read(text: str, *, given: RawPayload | None = None, **config: Any) -> Page:
    connector = ScraperConnector(ScraperConfig(**{"url": f"{BASE}/calendar", **SELECTORS, **config}))
    return connector.read(given or payload(text), params())


def fetched(path: str, html: str) -> Fetched:
    return Fetched(
        url=BASE + path, asked=BASE + path, status=200, content=html.encode(), content_type="text/html"
    )


def crawled(html: str, *details: Fetched, number: int = 1, cut: bool = False) -> CrawledPage:
    return CrawledPage(
        page=fetched("/calendar", html),
        number=number,
        cut=cut,
        renderer="http",
        fetched_at=NOW,
        details=details,
    )


class WalkingHttpClient(TableHttpClient):
    """An HTTP client that returns these pages for any job, and stores the jobs."""

    def __init__(self, *pages: CrawledPage) -> None:
        super().__init__({})
        self.pages, self.jobs = pages, list[CrawlJob]()

    def crawl(self, job: CrawlJob) -> Iterator[CrawledPage]:
        self.jobs.append(job)
        yield from self.pages


def test_each_field_comes_from_its_selector() -> None:
    jazz, play = kept(read(LIST))
    assert (jazz.external_id, jazz.title, jazz.start) == (
        "a1",
        "Jazz at the Loft",
        "28 November 2026 8:30 pm",
    )
    assert (jazz.venue.name, jazz.price_text, jazz.categories) == (
        "The Loft, 12 Church Street",
        "Rs 500 onwards",
        ("Music", "Jazz"),
    )
    assert (jazz.description, jazz.images[0].url, jazz.url) == (
        "Five players.",
        f"{BASE}/i/jazz.jpg",
        f"{BASE}/e/jazz?utm_source=x",
    )
    assert play.start == datetime.fromisoformat("2026-12-01T19:00:00+05:30"), (
        "an attribute for machines beats the words"
    )


def test_xpath_reads_the_same_and_looks_inside_the_event_only() -> None:
    page = read(
        LIST,
        container="//article",
        title="//h2",
        date="xpath:(.//span[@class='day'] | .//time/@datetime)[1]",
        id="./@data-id",
    )
    assert [(one.external_id, one.title) for one in kept(page)] == [
        ("a1", "Jazz at the Loft"),
        ("a2", "A play"),
    ]


def test_without_an_id_the_link_serves_without_its_tracking() -> None:
    assert [one.external_id for one in kept(read(LIST, id=""))] == [f"{BASE}/e/jazz", f"{BASE}/e/play"]
    assert not kept(read(LIST, id="", link=""))[0].stable_id


def test_an_event_that_moves_keeps_its_id() -> None:
    first, moved = (kept(read(text))[0] for text in (LIST, LIST.replace("28 November", "29 November")))
    assert first.external_id == moved.external_id
    assert first.start != moved.start


def test_no_container_is_a_changed_page_never_zero_events() -> None:
    with pytest.raises(SchemaChanged, match=r"fits the selector 'article\.event'"):
        read("<html><body><p>New design</p></body></html>")
    with pytest.raises(SchemaChanged):
        read("")


def test_containers_that_all_lack_a_date_are_a_changed_page_too() -> None:
    with pytest.raises(SchemaChanged, match=r"2 events in this page, and none can be read \(no start\)"):
        read(LIST, date=".gone")


def test_some_without_title_or_date_are_dropped_with_their_reason() -> None:
    untitled = (
        "<article class=event data-id=a3><h2></h2><span class=day>1 December 2026</span></article></body>"
    )
    answer = read(
        LIST.replace('<time datetime="2026-12-01T19:00:00+05:30">Tuesday</time>', "").replace(
            "</body>", untitled
        )
    )
    assert sorted(reasons(answer)) == ["", "no start", "no title"]
    dropped = next(one for one in answer.records if isinstance(one, Dropped) and one.reason == "no start")
    assert (dropped.external_id, dropped.title) == ("a2", "A play"), "it is known, so it is not missing"


@pytest.mark.parametrize(
    ("text", "config", "start"),
    [
        ("3/4/2027", {"day_first": True}, date(2027, 4, 3)),
        ("3/4/2027", {"day_first": False}, date(2027, 3, 4)),
        ("3/4/2027 20:00", {"day_first": True}, datetime(2027, 4, 3, 20)),
        ("3/4/2027", {}, "3/4/2027"),
        ("So 6. Dez", {}, "So 6. Dez"),
        ("06|12|26 20h15", {"date_format": "%d|%m|%y %Hh%M"}, datetime(2026, 12, 6, 20, 15)),
        ("2026.12.06", {"date_format": "%Y.%m.%d"}, date(2026, 12, 6)),
        ("05 Jan", {"date_format": "%d %b"}, date(2027, 1, 5)),
        ("20 Nov", {"date_format": "%d %b"}, date(2026, 11, 20)),
        ("29 Feb", {"date_format": "%d %b"}, date(2028, 2, 29)),
        ("tomorrow", {"date_format": "%d %b"}, "tomorrow"),
    ],
)
def test_dates_as_the_site_writes_them(text: str, config: dict[str, Any], start: Any) -> None:
    assert (
        only(
            read(f"<article class=event data-id=1><h2>X</h2><i class=day>{text}</i></article>", **config)
        ).start
        == start
    )


def test_end_zone_and_language_are_handed_on() -> None:
    text = "<article class=event data-id=1><h2>X</h2><i class=day>2026-12-06T20:00</i><i class=end>2026-12-06T23:00</i></article>"
    record = only(read(text, end=".end", timezone="Europe/Paris", language="fr"))
    assert (record.start, record.end) == (datetime(2026, 12, 6, 20), datetime(2026, 12, 6, 23))
    assert (record.calendar_timezone, record.language) == ("Europe/Paris", "fr")


JSONLD = """<html><body><p class=full>All of it.</p><script type="application/ld+json">{"@context":"https://schema.org","@type":"Event",
"name":"Jazz at the Loft","startDate":"2026-11-28T20:30:00+05:30","endDate":"2026-11-28T23:00:00+05:30","location":{"@type":"Place","name":"Loft",
"address":"12 Church Street, Bengaluru"},"offers":{"@type":"Offer","price":"500","priceCurrency":"INR"}}</script></body></html>"""


def test_the_events_own_page_completes_it() -> None:
    given = pack(crawled(LIST, fetched("/e/jazz?utm_source=x", JSONLD)))
    jazz, _ = kept(read("", given=given, detail={"description": ".full"}))
    assert jazz.start == datetime(2026, 11, 28, 15, 0, tzinfo=UTC), "markup is exact where the list has words"
    assert jazz.end == datetime(2026, 11, 28, 17, 30, tzinfo=UTC)
    assert (jazz.external_id, jazz.title, jazz.description) == ("a1", "Jazz at the Loft", "All of it.")
    assert (jazz.venue.name, jazz.venue.address) == (
        "The Loft, 12 Church Street",
        "12 Church Street, Bengaluru",
    )
    assert jazz.price_currency == "INR"


def test_a_page_of_several_dates_becomes_as_many_occurrences() -> None:
    two = JSONLD.replace('{"@context"', '[{"@context"').replace(
        "</script>",
        ',{"@context":"https://schema.org","@type":"Event","name":"Jazz at the Loft","startDate":"2026-11-29T20:30:00+05:30"}]</script>',
    )
    records = [
        one
        for one in kept(read("", given=pack(crawled(LIST, fetched("/e/jazz?utm_source=x", two)))))
        if one.external_id == "a1"
    ]
    assert [one.recurrence_id for one in records] == ["2026-11-28", "2026-11-29"]


def test_other_events_that_a_page_advertises_are_left_alone() -> None:
    other = JSONLD.replace("Jazz at the Loft", "Next week: Opera")
    two = other.replace("</body>", JSONLD.replace("Jazz at the Loft", "Next month: Ballet"))
    jazz, _ = kept(read("", given=pack(crawled(LIST, fetched("/e/jazz?utm_source=x", two)))))
    assert jazz.start == "28 November 2026 8:30 pm"


def test_what_was_kept_reads_as_it_was_fetched() -> None:
    page = crawled(LIST.replace("Jazz", "Jäzz ≠"), fetched("/e/play", JSONLD), number=3, cut=True)
    listing = unpack(pack(page))
    assert (listing.number, listing.cut, list(listing.details)) == (3, True, [f"{BASE}/e/play"])
    assert "Jäzz ≠" in listing.page.content.decode()
    with pytest.raises(SchemaChanged, match="kept listing"):
        read(
            "", given=RawPayload(url=BASE, content=b"{", content_type="application/vnd.nocturne.listing+json")
        )


def test_a_later_page_may_be_empty_and_a_cut_list_is_never_complete() -> None:
    assert kept(read("", given=pack(crawled("<p>That was all", number=2)), complete=True)) == []
    whole, cut = (read("", given=pack(crawled(LIST, cut=cut)), complete=True) for cut in (False, True))
    assert (whole.coverage, whole.cut) == (Coverage.COMPLETE, False)
    assert (cut.coverage, cut.cut) == (Coverage.PARTIAL, True)
    assert read(LIST).coverage is Coverage.PARTIAL


def test_a_fetch_tells_the_door_how_to_walk() -> None:
    http = WalkingHttpClient(crawled(LIST), crawled(LIST.replace("a1", "b1").replace("a2", "b2"), number=2))
    connector = ScraperConnector(
        ScraperConfig(
            url=f"{BASE}/all?page={{page}}",
            **SELECTORS,
            pagination="numbered",
            max_pages=3,
            details=7,
            render="http",
        )
    )
    pages = list(connector.fetch(params(), http))
    assert [one.external_id for page in pages for one in page.records] == ["a1", "a2", "b1", "b2"]
    (job,) = http.jobs
    assert (job.pagination, job.max_pages, job.details, job.render) == (
        Pagination.NUMBERED,
        3,
        7,
        Render.HTTP,
    )
    assert job.page_url(job.urls[0], 2) == f"{BASE}/all?page=2"


def test_scrolling_and_clicking_are_the_browsers() -> None:
    http = WalkingHttpClient(crawled(LIST))
    list(
        ScraperConnector(ScraperConfig(url=BASE, **SELECTORS, pagination="scroll", scrolls=4)).fetch(
            params(), http
        )
    )
    assert (http.jobs[0].render, http.jobs[0].scrolls, http.jobs[0].max_pages) == (Render.BROWSER, 4, 1)


def test_name_and_password_come_from_the_credentials() -> None:
    config = ScraperConfig(
        url=BASE, **SELECTORS, login="form", login_url=f"{BASE}/login", username_field="mail"
    )
    with pytest.raises(CredentialsMissing, match="username and password"):
        list(ScraperConnector(config).fetch(params(), WalkingHttpClient()))
    http = WalkingHttpClient(crawled(LIST))
    secret = Credentials(kind=CredentialKind.FORM, values={"username": "ann", "password": "hunter2"})
    ScraperConnector(config, secret).check_credentials(http)
    login = http.jobs[0].login
    assert login is not None
    assert (login.kind, login.username, login.password, login.username_field) == (
        LoginKind.FORM,
        "ann",
        "hunter2",
        "mail",
    )
    assert "hunter2" not in repr(http.jobs[0])
    assert (http.jobs[0].max_pages, http.jobs[0].details) == (1, 0), "a check asks for no more than it must"


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"container": "div["}, "config.container: 'div\\[' is no CSS selector"),
        ({"title": "//h2["}, "config.title: '//h2\\[' is no XPath"),
        ({"detail": {"titel": "h1"}}, "config.detail.titel: no such field; there are title"),
        ({"detail": {"date": "h1["}}, "config.detail.date: 'h1\\['"),
        (
            {"pagination": "endless"},
            "config.pagination: 'endless' is none of none, numbered, next, click, scroll",
        ),
        ({"render": "magic"}, "config.render: 'magic' is none of auto, http, browser"),
        ({"login": "oauth"}, "config.login: 'oauth' is none of"),
        ({"pagination": "next"}, "config.next: missing; pagination next needs"),
        ({"pagination": "numbered"}, "config.page_parameter: missing; write {page} into the url"),
        ({"url": "https://x.example/{page}"}, "config.pagination: must be numbered"),
        (
            {"pagination": "scroll", "render": "http"},
            "config.render: must be browser or auto, only a browser can scroll",
        ),
        ({"login": "form"}, "config.login_url: missing"),
        ({"max_pages": 1000}, "config.max_pages: must be between 0 and 200"),
        ({"timezone": "Mars/Olympus"}, "config.timezone: 'Mars/Olympus' is not a time zone"),
        ({"containr": "x"}, "config.containr: the connector scraper has no such setting"),
    ],
)
def test_a_mistake_in_the_configuration_names_its_field(config: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigInvalid, match=words):
        configured("scraper", {"url": BASE, **SELECTORS, **config})


def test_what_is_missing_is_said_when_it_is_needed() -> None:
    with pytest.raises(ConfigInvalid, match=r"config\.url: missing"):
        list(ScraperConnector(ScraperConfig(container="a")).fetch(params(), WalkingHttpClient()))
    with pytest.raises(ConfigInvalid, match=r"config\.container: missing; give a selector"):
        ScraperConnector(ScraperConfig(url=BASE)).read(payload(LIST), params())


def test_every_setting_says_what_it_is_for() -> None:
    from dataclasses import fields

    assert [one.name for one in fields(ScraperConfig) if len(one.metadata.get("help", "")) < 20] == []


def test_hostile_markup_is_bounded() -> None:
    deep = (
        "<article class=event data-id=1><h2>X</h2><i class=day>2026-12-06</i>"
        + "<div>" * 5_000
        + "y" * 300_000
        + "</article>"
    )
    record = kept(read(deep * 3))[0]
    assert isinstance(record, RawRecord)
    assert len(record.raw) <= 64_000
