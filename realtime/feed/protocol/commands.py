"""What a client may send."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from events.filters import EventFilter
from realtime.exceptions import Code, Refused
from realtime.feed.filters import read_filters, read_saved_search, read_types, without_types
from realtime.feed.protocol.topics import LARGEST_OFFSET, read_topics

#: Limits on a client's requests.
MOST_BYTES_IN = 16 * 1024
MOST_MESSAGES, MESSAGES_SECONDS = 60, 10.0
#: A subscription that resumes with a filter counts as this many messages: the filter may run on each change of the
#: window.
WEIGHT_OF_JUDGING = 5
#: A token costs a query.
WEIGHT_OF_SIGNING_IN = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscribe:
    """A request for topics.

    `after` None means from now on, `epoch` None the current one, `batch` None as before, `types` empty all of them. `saved_search` stands for the
    filter, which is loaded for its owner (`realtime.connections.saved_filters`).
    """

    topics: tuple[str, ...]
    epoch: str | None = None
    after: int | None = None
    wanted: EventFilter | None = None
    types: frozenset[str] = frozenset()
    batch: bool | None = None
    saved_search: UUID | None = None

    @property
    def is_judged(self) -> bool:
        """Whether a filter must run on missed changes."""
        return self.after is not None and (
            self.wanted is not None or self.saved_search is not None or bool(self.types)
        )


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ping:
    pass


@dataclass(frozen=True, slots=True)
class Auth:
    token: str


Command = Subscribe | Unsubscribe | Ping | Auth


def read_command(text: str) -> Command:
    """One message of a client. Raises Refused."""
    try:
        body = json.loads(text)
        json.dumps(
            body, ensure_ascii=False
        ).encode()  # an escaped lone surrogate, which no answer could contain
    except (ValueError, RecursionError) as failure:
        raise Refused(Code.JSON, "The message is not JSON.") from failure
    if not isinstance(body, dict):
        raise Refused(Code.JSON, "The message is not a JSON object.")
    match body.get("type"):
        case "subscribe":
            return _subscribe(body)
        case "unsubscribe":
            return Unsubscribe(read_topics(body.get("topics")))
        case "ping":
            return Ping()
        case "auth":
            return Auth(_token(body.get("token")))
        case _:
            raise Refused(Code.TYPE, "Send subscribe, unsubscribe, ping or auth.")


def _token(given: Any) -> str:
    if not isinstance(given, str) or not given:
        raise Refused(Code.AUTH, "token must be the access token, as a text.")
    return given


def _subscribe(body: Mapping[str, Any]) -> Subscribe:
    epoch, after, filters = body.get("epoch"), body.get("after"), body.get("filters")
    if epoch is not None and not isinstance(epoch, str):
        raise Refused(Code.RESUME, "epoch must be a text.")
    if after is not None and (type(after) is not int or not 0 <= after <= LARGEST_OFFSET):
        raise Refused(Code.RESUME, "after must be a number from 0.")
    if filters is not None and not isinstance(filters, dict):
        raise Refused(Code.FILTERS, "filters must be an object.")
    batch = body.get("batch")
    if batch is not None and not isinstance(batch, bool):
        raise Refused(Code.BATCH, "batch must be true or false.")
    types, filters = read_types(filters or {}), without_types(filters or {})
    saved_search = read_saved_search(filters)
    return Subscribe(
        topics=read_topics(body.get("topics")),
        epoch=epoch,
        after=after,
        wanted=None if saved_search else read_filters(filters),
        types=types,
        batch=batch,
        saved_search=saved_search,
    )
