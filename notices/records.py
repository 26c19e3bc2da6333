"""What passes between the parts of notices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from notices.enums import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Receiver:
    """Who is told: an account, or an address without one, with the language of its mails."""

    user_id: UUID | None = None
    address: str = ""
    address_hash: str = ""
    language: str = ""

    @property
    def key(self) -> tuple[UUID | None, str]:
        """By this one person is told from another."""
        return self.user_id, self.address_hash


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """Something to tell one person, as `notices.services.write` takes it. `period` tells one occasion from another."""

    to: Receiver
    kind: Kind
    subject: str
    period: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    is_mailed: bool = False
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A notice in a language: `lines` are paragraphs of plain text; `path` leads to what it is about, `button` names it."""

    title: str
    lines: tuple[str, ...]
    path: str
    button: str
