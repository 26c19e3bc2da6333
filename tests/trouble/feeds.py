"""Calendars on loopback that grow, each on a port (a host) of its own, and the sources that read them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.sources.feeds import calendar, reported

#: A trusted source for each of the feeds, fetched when the clock says so.
_SOURCES = """
from tests.factories import make_categories, make_city, make_source
make_categories()
city = make_city()
for number, url in enumerate({urls}):
    make_source(slug=f"feed-{{number}}", city=city, config={{"url": url}}, is_active=True, schedule_minutes=60)
answer = True
"""


class Feed:
    """Events `number * 1000` on; `grow` adds some."""

    def __init__(self, number: int, count: int) -> None:
        self.server, self._first, self.count = HTTPServer(), number * 1000, count
        self.base = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(
            days=3 + 60 * number
        )
        self.server.expect_request("/feed.ics").respond_with_handler(self._respond)
        self.server.expect_request("/robots.txt").respond_with_data("", status=404)

    @property
    def url(self) -> str:
        return self.server.url_for("/feed.ics")

    @property
    def expected(self) -> set[str]:
        return {reported(number).uid for number in self._numbers()}

    def grow(self, more: int) -> None:
        self.count += more

    def _numbers(self) -> range:
        return range(self._first, self._first + self.count)

    def _respond(self, _request: Request) -> Response:
        told = [
            reported(number, start=self.base + timedelta(hours=7 * (number % 1000)))
            for number in self._numbers()
        ]
        return Response(calendar(told), content_type="text/calendar")


@contextmanager
def served(many: int, *, count: int) -> Iterator[list[Feed]]:
    """Running feeds."""
    feeds = [Feed(number, count) for number in range(many)]
    try:
        for feed in feeds:
            feed.server.start()
        yield feeds
    finally:
        for feed in feeds:
            feed.server.clear()
            if feed.server.is_running():
                feed.server.stop()


def sources(feeds: list[Feed]) -> str:
    """The lines that make a source of each feed."""
    return _SOURCES.format(urls=[feed.url for feed in feeds])


def ports(feeds: list[Feed]) -> str:
    """For EGRESS_ALLOWED_PORTS."""
    return ",".join(str(feed.server.port) for feed in feeds)
