"""Context that every public page needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from events.ticker import TOLD, Line, ticker
from outbox.queries import newest_of_each, position

#: The ticker looks at so many changes of a topic, among so many of the newest of all.
TICKER_READS, TICKER_LOOKS_BACK = 40, 5000


@dataclass(frozen=True, kw_only=True, slots=True)
class Live:
    """Where the page stands in the outbox, and what it listens to; `static/js/live.js` resumes from there."""

    epoch: str
    offset: int
    topics: str


def live(*topics: str) -> Live:
    """Ask BEFORE reading what the page shows: a change in between then comes twice, which is harmless, rather
    than never."""
    here = position()
    return Live(epoch=here.epoch, offset=here.number, topics=",".join(topics))


def absolute(path: str) -> str:
    """The address of `path` on this site."""
    return f"{settings.SITE_URL}{path}"


def page_number(request: HttpRequest, *, most: int = 50) -> int:
    """`?page=` as a number from 1 to `most`; 1 for what is none."""
    text = request.GET.get("page", "")
    return min(max(int(text), 1), most) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def ticker_lines(topic: str, here: Live, *, now: datetime, cities: Mapping[str, str]) -> list[Line]:
    """What `topic` heard last, up to where the page stands (one query); a city that was quiet for long has
    none."""
    heard = newest_of_each(topic, types=TOLD, since=here.offset - TICKER_LOOKS_BACK, most=TICKER_READS)
    return ticker([(change.type, change.at, change.data) for change in heard], now=now, cities=cities)
