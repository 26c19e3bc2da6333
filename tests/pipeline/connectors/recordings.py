"""Files as payloads: recordings of platforms, and our own samples."""

from pathlib import Path

from pipeline.contract.raw import RawPayload
from tests.pipeline.connectors.loopback import sample


def recorded(path: Path) -> RawPayload:
    """A recorded file."""
    return RawPayload(url=f"https://recorded.example/{path.name}", content=path.read_bytes())


def sampled(name: str) -> RawPayload:
    """A sample of our own, by its path below the fixtures."""
    return RawPayload(url=f"https://sample.example/{name}", content=sample(name))
