"""A burst as one frame, for readers who asked for it."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from realtime.feed.protocol import Frame


class Batch(Frame):
    """Frames of one burst as one; their bytes are joined, nothing is encoded anew."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self._frames = frames
        self.kind = "batch"
        self.text = f'{{"type":"batch","messages":[{",".join(frame.text for frame in frames)}]}}'
        self.size = len(self.text.encode())

    @cached_property
    def stream(self) -> dict[str, Any]:
        """An event stream has a frame of its own for each; they travel in one write."""
        return {
            "type": "http.response.body",
            "body": b"".join(frame.stream["body"] for frame in self._frames),
            "more_body": True,
        }


_newest_batch: tuple[tuple[Frame, ...], Batch | None] = ((), None)


def batch(frames: Sequence[Frame]) -> Batch:
    """The batch of `frames`. Readers of the same topics gather the same burst one after the other, so the
    newest batch is kept for the next of them."""
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
