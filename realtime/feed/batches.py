"""Batches: several messages of a burst in one frame, for readers who requested it."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from realtime.feed.protocol import Frame


class Batch(Frame):
    """One frame made of several. Their bytes are joined; nothing is encoded again."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self._frames = frames
        self.kind = "batch"
        self.text = f'{{"type":"batch","messages":[{",".join(frame.text for frame in frames)}]}}'
        self.size = len(self.text.encode())

    @cached_property
    def stream(self) -> dict[str, Any]:
        """The events of all frames in one write: an event stream has no batches of its own."""
        return {
            "type": "http.response.body",
            "body": b"".join(frame.stream["body"] for frame in self._frames),
            "more_body": True,
        }


_newest_batch: tuple[tuple[Frame, ...], Batch | None] = ((), None)


def batch(frames: Sequence[Frame]) -> Batch:
    """The batch of `frames`.

    The newest batch is cached, since readers of the same topics request the same one in turn.
    """
    global _newest_batch
    held, made = _newest_batch
    if (
        made is None
        or len(held) != len(frames)
        or any(one is not other for one, other in zip(held, frames, strict=True))
    ):
        made = Batch(tuple(frames))
        _newest_batch = (tuple(frames), made)
    return made
