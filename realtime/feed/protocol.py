"""The live protocol (docs/live.md): every message is declared once, for WebSocket, SSE and polling."""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from events.filters import EventFilter
from outbox.enums import Audience
from outbox.models import Change
from pipeline import patterns
from realtime.exceptions import Code, Refused
from realtime.feed.filters import passes, read_filters

#: Limits on a client's requests.
MOST_BYTES_IN = 16 * 1024
MOST_TOPICS = 50
MOST_MESSAGES, MESSAGES_SECONDS = 60, 10.0
LARGEST_OFFSET = 2**63 - 1
#: Memory of a change's objects beside its texts, measured with changes of events.
OBJECT_BYTES = 5_000
#: A subscription that resumes with a filter counts as this many messages: the filter may run on each change of the
#: window.
WEIGHT_OF_JUDGING = 5
#: A change caches the results of at most this many filters: 2 kB at most, and the window has 10,000 changes.
MOST_JUDGED = 64

#: WebSocket close codes (RFC 6455, section 7.4.2). After each of them a client comes back and resumes.
CLOSE_SLOW, CLOSE_RATE, CLOSE_OFF, CLOSE_IDLE = 4008, 4029, 4404, 4408
CLOSE_TOO_BIG, CLOSE_RESTART, CLOSE_TRY_LATER = 1009, 1012, 1013

_SLUG = r"[a-z0-9][a-z0-9_-]{0,79}"
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
#: The topics by kind. Who may subscribe: `realtime/connections/identity.py` and the table of rights
#: (tests/access/table/topics.txt).
_KINDS: dict[str, str] = {
    "events": "events:all",
    "list": rf"events:(?:city|area|category):{_SLUG}",
    "event": rf"events:event:{_UUID}",
    "place": rf"place:{_UUID}",
    "weather": rf"weather:{_SLUG}",
    "run": rf"run:{_UUID}",
    "desk": "desk:queue",
    "own": "user:me",
}
TOPIC_KINDS = {name: patterns.compile(kind) for name, kind in _KINDS.items()}
_TOPIC = patterns.compile("|".join(_KINDS.values()))
_MARK = patterns.compile(r"([0-9a-zA-Z_]{1,32})-([0-9]{1,19})")
STAFF_TOPICS = ("run:", "desk:")
OWN_TOPIC = "user:me"
#: Every reader gets this topic without asking: notices of the operators.
SYSTEM_TOPIC = "system"
NOTICE = "system.notice"


class Frame:
    """One message of the server, encoded once.

    `socket` and `stream` are its ASGI messages for a WebSocket and for an event stream; `size` is in bytes.
    """

    def __init__(self, body: Mapping[str, Any], *, mark: str = "") -> None:
        self.kind = str(body["type"])
        self.text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        self.size = len(self.text.encode())
        self._mark = mark

    @cached_property
    def socket(self) -> dict[str, Any]:
        """For a WebSocket."""
        return {"type": "websocket.send", "text": self.text}

    @cached_property
    def socket_bytes(self) -> bytes:
        """A whole WebSocket frame (RFC 6455, 5.2): final, text, not masked."""
        size = self.size
        head = (
            bytes((size,))
            if size < 126
            else struct.pack(">BH", 126, size)
            if size < 65536
            else struct.pack(">BQ", 127, size)
        )
        return b"\x81" + head + self.text.encode()

    @cached_property
    def stream(self) -> dict[str, Any]:
        """For an event stream (WHATWG HTML, 9.2.5); JSON text contains no line break."""
        mark = f"id: {self._mark}\n" if self._mark else ""
        return _chunk(f"{mark}event: {self.kind}\ndata: {self.text}\n\n")


class Comment(Frame):
    """A comment that keeps an idle event stream open. A WebSocket has the server's own pings."""

    def __init__(self, words: str) -> None:
        super().__init__({"type": "comment"})
        self._words = words

    @cached_property
    def stream(self) -> dict[str, Any]:
        return _chunk(f"{self._words}\n\n")


class RestartNotice(Frame):
    """The notice of a stopping process."""

    def __init__(self, milliseconds: int, *, offset: int) -> None:
        data = {"kind": "restart", "message": "The server restarts.", "retry_after_ms": milliseconds}
        at = datetime.now(UTC).isoformat()
        super().__init__(
            {
                "type": NOTICE,
                "offset": offset,
                "topics": [SYSTEM_TOPIC],
                "topic": SYSTEM_TOPIC,
                "at": at,
                "data": data,
            }
        )
        self._milliseconds = milliseconds

    @cached_property
    def stream(self) -> dict[str, Any]:
        return _chunk(f"retry: {self._milliseconds}\nevent: {self.kind}\ndata: {self.text}\n\n")


class Message(Frame):
    """A change of the outbox as a frame.

    `keys` are the topics of its readers, `object_key` identifies the object that changed.
    """

    def __init__(self, change: Change, epoch: str) -> None:
        self.offset = int(change.number or 0)
        self.keys = keys_of(change)
        self.is_public = change.audience == Audience.PUBLIC
        self.object_key: tuple[str, UUID] = (change.object_type, change.object_id)
        self.data = change.data
        self._judged: dict[EventFilter, bool] = {}
        super().__init__(change_body(change), mark=f"{epoch}-{self.offset}")

    @property
    def memory_bytes(self) -> int:
        """Estimated upper bound of its memory in bytes.

        The text, its bytes for WebSockets and for streams, and its data as objects.
        """
        return 4 * self.size + OBJECT_BYTES

    def judge(self, wanted: EventFilter) -> bool:
        """Whether the change passes the filter `wanted`."""
        return passes(wanted, self.kind, self.data)

    def passes(self, wanted: EventFilter) -> bool:
        """Like `judge`, with a cache of the last few filters for a crowd that comes back with the same one."""
        known = self._judged.get(wanted)
        if known is None:
            known = self.judge(wanted)
            if len(self._judged) >= MOST_JUDGED:
                self._judged.clear()
            self._judged[wanted] = known
        return known


def change_body(change: Change) -> dict[str, Any]:
    """The message of `change`, as docs/live.md describes it."""
    topic = (
        f"events:event:{change.object_id}"
        if change.object_type == "event"
        else f"{change.object_type}:{change.object_id}"
    )
    if change.object_type == "weather":  # the only topic with a city's slug
        topic = change.topics[0]
    elif change.object_type == SYSTEM_TOPIC:
        topic = SYSTEM_TOPIC
    return {
        "type": change.type,
        "offset": change.number,
        "topics": change.topics,
        "topic": topic,
        "at": change.at.isoformat(),
        "data": change.data,
    }


def keys_of(change: Change) -> frozenset[str]:
    """The keys of the readers who may get `change`.

    Staff topics are only for the staff audience, one user's key only for that user.
    """
    if change.audience == Audience.USER:
        return frozenset({own_key(change.user_id)})
    if change.audience == Audience.STAFF:
        return frozenset(topic for topic in change.topics if topic.startswith(STAFF_TOPICS))
    return frozenset(change.topics)


def own_key(user_id: Any) -> str:
    """The key behind `user:me` of one user."""
    return f"user:{user_id}"


@lru_cache(maxsize=16)
def hello(epoch: str, offset: int) -> Frame:
    """The first frame.

    It has no SSE id.

    So a client that disconnects before it has caught up resumes from its old offset.
    """
    return Frame({"type": "hello", "epoch": epoch, "offset": offset})


@lru_cache(maxsize=256)  # thousands that come back at once ask for the same
def subscribed(topics: tuple[str, ...], *, recovered: bool, epoch: str, offset: int) -> Frame:
    """The answer to subscribe.

    All following changes come after `offset`: first the missed ones, then new ones.
    """
    body = {"type": "subscribed", "topics": list(topics), "recovered": recovered, "offset": offset}
    return Frame(body, mark=f"{epoch}-{offset}")


def transient(topic: str, kind: str, data: Mapping[str, Any], *, offset: int) -> Frame:
    """A transient message, which is not in the outbox.

    Its `offset` is the current one, and it has no SSE id.
    """
    at = datetime.now(UTC).isoformat()
    return Frame(
        {"type": kind, "offset": offset, "topics": [topic], "topic": topic, "at": at, "data": dict(data)}
    )


def error(refused: Refused, *, topics: Sequence[str] = ()) -> Frame:
    """The answer to a refused message. `topics` are those that ended because a right was revoked."""
    more = {"topics": list(topics)} if topics else {}
    return Frame({"type": "error", "code": refused.code.value, "detail": refused.detail, **more})


def restart_notice(milliseconds: int, *, offset: int) -> Frame:
    """The last frame of a stopping process: come back after `milliseconds`.

    On an event stream it also sets `retry`.
    """
    return RestartNotice(milliseconds, offset=offset)


PONG = Frame({"type": "pong"})
HEARTBEAT = Comment(":")
RETRY = Comment("retry: 3000")


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscribe:
    """A request for topics.

    `after` None means from now on, `epoch` None the current one, `batch` None as before.
    """

    topics: tuple[str, ...]
    epoch: str | None = None
    after: int | None = None
    wanted: EventFilter | None = None
    batch: bool | None = None

    @property
    def is_judged(self) -> bool:
        """Whether a filter must run on missed changes."""
        return self.after is not None and self.wanted is not None


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
            return Auth(str(body.get("token") or ""))
        case _:
            raise Refused(Code.TYPE, "Send subscribe, unsubscribe, ping or auth.")


def read_topics(given: Any) -> tuple[str, ...]:
    """Topics, each once, in the order given. Raises Refused for an unknown one."""
    if not isinstance(given, list) or not given:
        raise Refused(Code.TOPICS, "topics must be a list with at least one topic.")
    if len(given) > MOST_TOPICS:
        raise Refused(Code.LIMIT, f"At most {MOST_TOPICS} topics.")
    for topic in given:
        if not isinstance(topic, str) or not _TOPIC.fullmatch(topic):
            raise Refused(Code.TOPICS, f"No such topic: {str(topic)[:100]}")
    return tuple(dict.fromkeys(given))


def read_mark(text: str) -> tuple[str, int]:
    """Epoch and offset of `EPOCH-OFFSET`. Raises Refused."""
    found = _MARK.fullmatch(text)
    if not found or int(found[2]) > LARGEST_OFFSET:
        raise Refused(Code.RESUME, "Resume with EPOCH-OFFSET, as the id of an event has it.")
    return found[1], int(found[2])


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
    return Subscribe(
        topics=read_topics(body.get("topics")),
        epoch=epoch,
        after=after,
        wanted=read_filters(filters or {}),
        batch=batch,
    )


def _chunk(text: str) -> dict[str, Any]:
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}
