"""The filters of the queue that a moderator keeps under a name."""

from typing import Final
from uuid import UUID

from accounts.actions import Action, Word, record_action, target_of
from accounts.models import User
from accounts.rights import require
from moderation.exceptions import ModerationError
from moderation.models import SavedFilter

#: The most filters of one moderator.
MOST: Final = 30


def save_filter(name: str, query: str, *, by: User) -> SavedFilter:
    """Keep a filter under a name; one of that name is replaced. Raises RightMissing, ModerationError."""
    require(by, "moderation.change_review")
    name = " ".join(name.split())[:60]
    if not name:
        raise ModerationError("Give the filter a name.")
    if SavedFilter.objects.filter(by=by).exclude(name=name).count() >= MOST:
        raise ModerationError(f"You have {MOST} filters already. Remove one first.")
    row, _ = SavedFilter.objects.update_or_create(by=by, name=name, defaults={"query": query[:1000]})
    record_action(by, Action.ROW_ADDED, target=target_of(row), after={"query": Word(row.query[:200])})
    return row


def forget_filter(filter_id: UUID, *, by: User) -> None:
    """Remove one of the moderator's own filters. Raises RightMissing."""
    require(by, "moderation.change_review")
    for row in SavedFilter.objects.filter(pk=filter_id, by=by):
        record_action(by, Action.ROW_DELETED, target=target_of(row))
        row.delete()


def filters_of(by: User) -> list[SavedFilter]:
    """The moderator's filters by name."""
    return list(SavedFilter.objects.filter(by=by)[:MOST])
