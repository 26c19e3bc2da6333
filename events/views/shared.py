"""Context that every public page needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest

from events.models import Event
from events.queries.marks import Mark
from events.seo import Meta
from events.ticker import TOLD, Line, ticker
from outbox.queries import newest_of_each, position
from outbox.renderings.changed import CHANGED
from outbox.renderings.shown import is_collecting, show

#: The ticker reads so many changes of a topic, among so many of the newest of all.
TICKER_READS, TICKER_LOOKS_BACK = 40, 5000


@dataclass(frozen=True, kw_only=True, slots=True)
class Live:
    """The page's position in the outbox, and its topics; `static/js/live.js` resumes from there.

    `cards`: the path before `/events/{id}/card` where the page has cards of its own, else ''. `filters`: a query string that ends
    with `&`, by which the feed tells fewer changes, or ''.
    """

    epoch: str
    offset: int
    topics: str
    cards: str = ""
    filters: str = ""


def live(*topics: str) -> Live:
    """The position of the outbox; in a response that all may share, up to where this process has read it.

    Call it BEFORE reading the page's data. A change in between then arrives twice, which is harmless, rather
    than never. The topics are those that make a kept rendering void (`share_rendering`), too.
    """
    show(*topics)
    if is_collecting() and (reached := CHANGED.reached()).epoch:
        return Live(epoch=reached.epoch, offset=reached.number, topics=",".join(topics))
    here = position()
    return Live(epoch=here.epoch, offset=here.number, topics=",".join(topics))


def absolute(path: str) -> str:
    """The address of `path` on this site."""
    return f"{settings.SITE_URL}{path}"


def unlisted_meta(request: HttpRequest, title: str) -> Meta:
    """The head of a page that no search engine lists."""
    return Meta(title=title, description="", canonical=absolute(request.path), noindex=True)


def is_before(event: Event, until: str) -> bool:
    """Whether an event begins before `until` (Unix time), the end of a page; what is no number is no end."""
    return not (until.isascii() and until.isdigit()) or event.start_at.timestamp() < int(until[:12])


def with_mark(path: str, mark: Mark) -> str:
    """The address of a list that goes on behind `mark`."""
    return f"{path}{'&' if '?' in path else '?'}{urlencode({'after': str(mark)})}"


def live_query(conditions: Mapping[str, str], *, mark: Mark | None, until: int) -> str:
    """The query with which the card fragment tells whether a new event belongs on this page.

    `until`: the start (Unix time) from which on events are on the next page; 0 where there is none.
    """
    edges = {"after": str(mark) if mark else "", "until": str(until or "")}
    return urlencode({**conditions, **{name: value for name, value in edges.items() if value}})


def ticker_lines(topic: str, here: Live, *, now: datetime, cities: Mapping[str, str]) -> list[Line]:
    """The latest changes of `topic`, up to the page's position (one query).

    None for a city that was quiet for long.
    """
    heard = newest_of_each(topic, types=TOLD, since=here.offset - TICKER_LOOKS_BACK, most=TICKER_READS)
    return ticker([(change.type, change.at, change.data) for change in heard], now=now, cities=cities)
