"""What every public page needs."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from outbox.queries import position


@dataclass(frozen=True, kw_only=True, slots=True)
class Live:
    """Where the page stands in the outbox, and what it listens to; `static/js/live.js` resumes from there."""

    epoch: str
    offset: int
    topics: str


def live(*topics: str) -> Live:
    """Ask BEFORE reading what the page shows: a change in between then comes twice, which is harmless, rather than never."""
    here = position()
    return Live(epoch=here.epoch, offset=here.number, topics=",".join(topics))


def absolute(path: str) -> str:
    """The address of `path` on this site."""
    return f"{settings.SITE_URL}{path}"


def page_number(request: HttpRequest, *, most: int = 50) -> int:
    """`?page=` as a number from 1 to `most`; 1 for what is none."""
    text = request.GET.get("page", "")
    return min(max(int(text), 1), most) if text.isascii() and text.isdigit() and len(text) < 6 else 1
