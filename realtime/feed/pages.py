"""One page of changes, for clients that poll."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from outbox.queries import Position
from realtime.exceptions import Code, Refused
from realtime.feed.protocol import (
    LARGEST_OFFSET,
    OWN_TOPIC,
    STAFF_TOPICS,
    SYSTEM_TOPIC,
    Message,
    read_mark,
    read_topics,
)

LIMIT, MOST = 100, 1000
LONGEST_WAIT = 30
_NAMES = ("after", "epoch", "limit", "topics", "wait")


@dataclass(frozen=True, kw_only=True, slots=True)
class PageAsked:
    """A request for a page. `epoch` is '' where the client gave none; no `topics` means all; `wait` in seconds."""

    after: int
    epoch: str
    topics: tuple[str, ...]
    limit: int
    wait: int


def read_page_asked(given: Mapping[str, str]) -> PageAsked:
    """`?after=N` (or EPOCH-N), `epoch`, `topics=a,b` (public ones), `limit`, `wait`. Raises Refused, for other names too."""
    if unknown := sorted(given.keys() - set(_NAMES)):
        raise Refused(
            Code.FILTERS, f"There is no parameter {unknown[0][:80]}; known are {', '.join(_NAMES)}."
        )
    epoch, after = given.get("epoch", ""), given.get("after", "") or "0"
    if "-" in after:
        epoch, number = read_mark(after)
    else:
        number = _number(after, "after", LARGEST_OFFSET)
    topics = (*read_topics(given["topics"].split(",")), SYSTEM_TOPIC) if given.get("topics") else ()
    if any(topic == OWN_TOPIC or topic.startswith(STAFF_TOPICS) for topic in topics):
        raise Refused(
            Code.FORBIDDEN, "Polling serves the public topics; use the WebSocket or the event stream."
        )
    limit = min(max(_number(given.get("limit") or str(LIMIT), "limit", LARGEST_OFFSET), 1), MOST)
    wait = min(_number(given.get("wait") or "0", "wait", LARGEST_OFFSET), LONGEST_WAIT)
    return PageAsked(after=number, epoch=epoch, topics=topics, limit=limit, wait=wait)


def page_of(asked: PageAsked, here: Position, found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The page as a dict.

    `found` has one body more than the limit where there are further ones.

    The client resumes with `offset`. `recovered` is false where changes after `after` are no longer stored:
    the client then reads everything again and continues from `offset`.
    """
    head = _head(asked, here, [body["offset"] for body in found])
    return {**head, "results": list(found[: asked.limit]) if head["recovered"] else []}


def page_text(asked: PageAsked, here: Position, found: Sequence[Message]) -> bytes:
    """The page as JSON, from messages that are encoded already."""
    head = _head(asked, here, [message.offset for message in found])
    results = ",".join(message.text for message in found[: asked.limit]) if head["recovered"] else ""
    return f'{json.dumps(head, separators=(",", ":"))[:-1]},"results":[{results}]}}'.encode()


def _head(asked: PageAsked, here: Position, offsets: Sequence[int]) -> dict[str, Any]:
    if not can_resume(asked, here):
        return {"epoch": here.epoch, "offset": here.number, "recovered": False, "has_more": False}
    more = len(offsets) > asked.limit
    last = offsets[: asked.limit][-1] if offsets else 0
    return {
        "epoch": here.epoch,
        "offset": last if more else max(here.number, last),
        "recovered": True,
        "has_more": more,
    }


def can_resume(asked: PageAsked, here: Position) -> bool:
    """Whether every change after `asked.after` is still stored."""
    return asked.epoch in ("", here.epoch) and here.pruned_to <= asked.after <= here.number


def _number(text: str, name: str, largest: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 19) or int(text) > largest:
        raise Refused(Code.RESUME, f"{name} must be a whole number from 0.")
    return int(text)
