"""Which connector a payload is for: decided by what it is first, by what it is called second."""

from typing import Final

from sources.connectors.registry import CONNECTORS
from sources.exceptions import UnknownConnector
from sources.records import Connector, RawPayload

#: Below this a connector only guesses.
_LEAST: Final = 0.1


def detect(payload: RawPayload) -> type[Connector]:
    """The connector that recognizes the payload most surely; of equals the earlier in the table.

    Raises UnknownConnector with one line that says what the payload looks like.
    """
    score, _, connector = max(
        ((kind.recognizes(payload), -place, kind) for place, kind in enumerate(CONNECTORS.values())), key=lambda found: found[:2]
    )
    if score >= _LEAST:
        return connector
    raise UnknownConnector(f"no connector reads this: {_described(payload)}")


def _described(payload: RawPayload) -> str:
    if not payload.content.strip():
        return "it is empty"
    start = " ".join(payload.content[:60].decode("utf-8", "replace").split())
    return f"{len(payload.content):,} bytes{f' of {payload.content_type}' if payload.content_type else ''} that begin with {start!r}"
