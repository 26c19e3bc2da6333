"""Checkpoints: how far the chain reached, written to a file outside the database.

Whoever removes the newest entries together with their links leaves a chain that holds; the file tells that it
was longer.
"""

import os
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
import structlog
from django.utils.timezone import now

from audit import hashing
from audit.models import Link

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """The newest link at a moment: its number, which is also how many links there were, and its hash."""

    number: int
    hash: str
    count: int
    at: str
    seal: str = ""

    def sealed_by(self) -> str:
        """The seal that this installation gives."""
        return hashing.seal(f"{self.number}\n{self.hash}\n{self.count}\n{self.at}".encode())


class CheckpointsUnreadable(Exception):
    """A line of the file is no checkpoint. The message has its number."""


def write_checkpoint(path: Path) -> Checkpoint | None:
    """Append a checkpoint to the file and to the structured log. None where the chain has not grown since."""
    last = Link.objects.order_by("-number").values_list("number", "hash").first()
    if last is None or ((newest := _newest(path)) and newest.number >= last[0]):
        return None
    bare = Checkpoint(number=last[0], hash=last[1], count=Link.objects.count(), at=hashing.moment(now()))
    made = Checkpoint(**asdict(bare) | {"seal": bare.sealed_by()})
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        os.chmod(path, 0o600)
        file.write(orjson.dumps(asdict(made)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    log.info("log_checkpoint", number=made.number, hash=made.hash, count=made.count)
    return made


def read_checkpoints(path: Path) -> Iterator[Checkpoint]:
    """The checkpoints of the file, the oldest first; none where there is no file. Raises CheckpointsUnreadable."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for place, line in enumerate(file, 1):
            try:
                yield Checkpoint(**orjson.loads(line))
            except (orjson.JSONDecodeError, TypeError) as error:
                raise CheckpointsUnreadable(f"Line {place} of {path} is no checkpoint.") from error


def _newest(path: Path) -> Checkpoint | None:
    return next(iter(deque(read_checkpoints(path), maxlen=1)), None)
