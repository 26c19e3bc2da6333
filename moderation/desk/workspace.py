"""What the desk shows: the narrow queue, one review with its verdicts, and who else is there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.rights import Actor, may
from moderation.desk.ahead import still_holds
from moderation.desk.answers import answers_to
from moderation.desk.editing import may_edit
from moderation.desk.groups import groups_of
from moderation.desk.panels import panel_of
from moderation.desk.panels.likeness import likenesses
from moderation.desk.place import Place
from moderation.desk.presence import others_at
from moderation.desk.queue import QueueFilter
from moderation.enums import ReviewState
from moderation.models import Review
from moderation.phrases import moment
from moderation.queries import count_open_for, decisions_on
from moderation.services.claiming import JUDGE, holder, settled
from moderation.services.filters import filters_of


@dataclass(frozen=True, slots=True)
class Note:
    """What the desk tells beside an item: what was done, what was refused, and what is asked first."""

    said: str = ""
    problem: str = ""
    question: dict[str, Any] | None = None


def item_of(
    review: Review, place: Place, *, by: Actor, now: datetime, note: Note, kept: str = ""
) -> dict[str, Any]:
    """The context of `item.html`: the review, its panel, verdicts, neighbours, and whoever is there too.

    Without the panel where the browser has it: evidence with one of the marks `kept` still holds.
    """
    is_open = review.state == ReviewState.OPEN
    is_kept = bool(kept) and still_holds(kept, review, by=by, now=now)
    return {
        "review": review,
        "place": place,
        "is_kept": is_kept,
        "ahead": place.ahead(review, by=by, now=now),
        **({"likes": likenesses(review, by=by)} if is_kept else panel_of(review, by=by)),
        "answers": answers_to(review, by=by),
        "may_edit": may_edit(review, by=by),
        "decisions": decisions_on(review.object_id)[:10],
        "settled": "" if is_open else settled(review),
        "said": note.said,
        "problem": note.problem,
        "question": note.question,
        **presence_of(review, by=by, now=now),
    }


def item_ahead(review: Review, *, by: Actor) -> dict[str, Any]:
    """The context of `item.html` for a browser that fetches it ahead: without neighbours, and nobody is at it."""
    return {
        "review": review,
        **panel_of(review, by=by),
        "answers": answers_to(review, by=by),
        "may_edit": may_edit(review, by=by),
    }


def presence_of(review: Review, *, by: Actor, now: datetime) -> dict[str, Any]:
    """The context of `presence.html`: who holds the review, and who else looks at it."""
    held_by = holder(review, by=by, now=now) if review.state == ReviewState.OPEN else None
    zone = review.city.timezone if review.city else ""
    return {
        "holder": held_by,
        "held_since": moment(review.claimed_at, zone) if held_by and review.claimed_at else "",
        "others": [name for name in others_at(review.pk, by=by, now=now) if name != str(held_by)],
    }


def many_at_once(by: Any, chosen: QueueFilter) -> dict[str, Any]:
    """The context of `groups.html` and `filters.html`: groups with their addresses, and the person's saved filters."""
    may_judge = may(by, JUDGE)
    return {
        "groups": [(group, group.query(chosen)) for group in groups_of(by, chosen)] if may_judge else [],
        "saved_filters": filters_of(by) if may_judge else [],
        "may_judge": may_judge,
    }


def list_of(place: Place, *, by: Actor, now: datetime) -> dict[str, Any]:
    """The context of `list.html` and of the count."""
    return {
        "place": place,
        "left": count_open_for(by),
        "listed": [(row, holder(row, by=by, now=now)) for row in place.rows],
    }
