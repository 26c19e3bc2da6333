"""What the server sends, encoded once for each way."""

import json
import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any

from realtime.exceptions import Refused
from realtime.feed.protocol.topics import SYSTEM_TOPIC

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


@lru_cache(maxsize=16)
def hello(epoch: str, offset: int) -> Frame:
    """The first frame.

    It has no SSE id. So a client that disconnects before it has caught up resumes from its old offset.
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


def authenticated(until: datetime | None) -> Frame:
    """The answer to auth. The token counts until then; a client sends the next one before."""
    return Frame({"type": "authenticated", "until": until.isoformat() if until else None})


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


def _chunk(text: str) -> dict[str, Any]:
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}
