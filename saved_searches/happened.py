"""What happened to each event in a part of the outbox, and whether it was among the events of a list before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from events.change_filters import not_evaluated, public_of
from events.filters import EventFilter, matches
from events.queries import SearchText
from outbox.models import Change
from pipeline.text.terms import Terms

_PUBLISHED: Final = "event.published"
#: The changes after which an event may be in a list that it was not in before.
TYPES: Final = (_PUBLISHED, "event.changed", "event.cancelled")


@dataclass(frozen=True, kw_only=True, slots=True)
class Happened:
    """The changes of one event: the moment and the number of the newest, and the number by which it was published, or 0.

    `earlier` is its data as it was published, else before the first of the changes; empty where it is not known.
    `first_in` is the transaction of the change behind that state.
    """

    event_id: UUID
    at: datetime
    newest: int
    published: int = 0
    earlier: Mapping[str, Any]
    first_in: int

    def before(self) -> dict[str, Any] | None:
        """The public event of the earlier state; None where it is not known."""
        try:
            return public_of(self.earlier) if self.earlier else None
        except (KeyError, TypeError):
            return None

    def was_listed(self, wanted: EventFilter, before: Mapping[str, Any], text: SearchText | None) -> bool:
        """Whether the state `before` was in the list of `wanted`; False where that cannot be told: nobody misses an event."""
        if not_evaluated(wanted):
            return False
        terms = self._terms(text) if wanted.q or wanted.category_words else None
        if terms is None and (wanted.q or wanted.category_words):
            return False
        try:
            return matches(wanted, before, terms=lambda: terms or Terms({}), now=self.at)
        except (KeyError, TypeError, ValueError, AttributeError):
            return False

    def _terms(self, text: SearchText | None) -> Terms | None:
        """The terms of the earlier state; None where they are not known."""
        if text is None:
            return None
        if text.changed_in is None or text.changed_in < self.first_in:
            return text.terms
        return text.former_terms if text.changed_in == self.first_in and text.before else None


def happened(changes: Iterable[Change]) -> list[Happened]:
    """What happened to each event of these changes, which are in the order of their numbers."""
    found: dict[UUID, Happened] = {}
    for change in changes:
        number = int(change.number or 0)
        known = found.get(change.object_id)
        if change.type == _PUBLISHED:
            found[change.object_id] = Happened(
                event_id=change.object_id, at=change.at, newest=number, published=number, earlier=change.data,
                first_in=change.transaction + 1,
            )  # fmt: skip
        elif known is not None:
            found[change.object_id] = replace(known, at=change.at, newest=number)
        else:
            found[change.object_id] = Happened(
                event_id=change.object_id, at=change.at, newest=number, earlier=_before(change.data), first_in=change.transaction,
            )  # fmt: skip
    return list(found.values())


def _before(data: Mapping[str, Any]) -> dict[str, Any]:
    return {**data, **(data.get("before") or {})}
