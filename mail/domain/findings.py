"""What a check of a domain finds."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """A record of the DNS to write: `owls.example`, `TXT`, `v=spf1 …`."""

    name: str
    type: str
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One check. `ok` None: it could not be found out. `record` is what to write where something is missing."""

    check: str
    ok: bool | None
    detail: str
    record: Record | None = None
