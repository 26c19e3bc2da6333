"""The identity of a source's record, and the hash of its content."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, Final

from pipeline.contract.fields import SIMPLE, is_known
from pipeline.contract.frozen import shallow
from pipeline.contract.raw import RawRecord
from pipeline.text.folding import fold_name

#: The lengths of the columns that keep identities (sources.models.StagedEvent).
MAX_ID: Final = 300


MAX_RECURRENCE_ID: Final = 40


#: Attributes of the reading rather than of the event: two readings of the same content must have the same
#: hash.
_NOT_CONTENT: Final = frozenset({"raw", "notes", "metadata", "method", "published", "read_at"})


_CONTENT_FIELDS: Final = tuple(field.name for field in fields(RawRecord) if field.name not in _NOT_CONTENT)


def raw_hash(record: RawRecord) -> str:
    """SHA-256 (hex) of the record's facts about the event, without the source's bookkeeping.

    DTSTAMP, SEQUENCE and the raw text are left out.
    """
    content = {
        name: value
        for name in _CONTENT_FIELDS
        if (value := getattr(record, name)) not in (None, "", (), {}, False)
        or (name in SIMPLE and is_known(name, value))
    }
    return hashlib.sha256(
        json.dumps(content, default=_canonical, sort_keys=True).encode("utf-8", "surrogatepass")
    ).hexdigest()


def fingerprint(record: RawRecord) -> str:
    """An identity (hex) for a record without a stable id.

    Its title, its start as given, and its venue's name, folded.
    """
    parts = (fold_name(record.title[:500]), _canonical(record.start), fold_name(record.venue.name[:200]))
    return hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()


def identity(record: RawRecord) -> tuple[str, str]:
    """(external id, recurrence id) of the record.

    The source's own where stable, else `fp:` and the fingerprint.
    """
    if record.external_id and record.stable_id:
        return _bounded(record.external_id, MAX_ID), _bounded(record.recurrence_id, MAX_RECURRENCE_ID)
    return f"fp:{fingerprint(record)}", ""


def _bounded(name: str, limit: int) -> str:
    """An id that fits a column: a longer one, or one with control characters, is replaced by its hash."""
    if len(name) <= limit and name.isprintable():
        return name
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:limit]


def _canonical(value: Any) -> Any:
    if isinstance(value, datetime):
        zone = getattr(value.tzinfo, "key", "")
        return f"{value.isoformat()}[{zone}]" if zone else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {name: part for name, part in shallow(value).items() if part not in (None, "", (), {}, False)}
    return dict(value) if isinstance(value, Mapping) else str(value)
