"""Events like another one, each with the reason: by what they are, and by what people did where that is learnt."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.utils.translation import gettext

from events import recommended
from events.models import Event
from events.queries import Likeness, similar
from events.words import category_name
from pipeline.text.folding import fold_name

#: Texts that are this unlike (cosine distance) or more are not said to be alike (`training.alike` measures it).
_UNLIKE: Final = 0.5
#: How much the first places of two lists count against the later ones (reciprocal rank fusion, Cormack, Clarke and Büttcher 2009).
_FUSION: Final = 60


class Because(StrEnum):
    """Why an event is like another, the most particular first."""

    PEOPLE = "people"
    PERFORMER = "performer"
    VENUE = "venue"
    TEXT = "text"
    CATEGORY = "category"
    COMING = "coming"


@dataclass(frozen=True, kw_only=True, slots=True)
class Alike:
    """An event like another, and why; `reason` is a sentence without a stop in the active language, as plain text."""

    id: UUID
    because: Because
    reason: str


def alike(event: Event, *, now: datetime, limit: int) -> list[Alike]:
    """At most `limit` coming events like `event`, the most alike first. The same for everybody. Three queries at most.

    In the order of `events.queries.similar`; where it is learnt what people did, its order and that one are joined by their ranks.
    """
    people = recommended.people_of(event.pk)
    closest, others = similar(event, now=now, limit=limit, also=people)
    found = _joined(closest, others, people) if people else closest
    return [_alike(event, one, has_people=one.id in people) for one in found[:limit]]


def _joined(closest: list[Likeness], others: list[Likeness], people: Mapping[UUID, int]) -> list[Likeness]:
    """Both orders in one: that of the closest by what they are, and that of `people`."""
    worth: dict[UUID, float] = defaultdict(float)
    for order in ([one.id for one in closest], people):
        for rank, pk in enumerate(order):
            worth[pk] += 1 / (_FUSION + rank)
    return sorted([*closest, *others], key=lambda one: -worth[one.id])


def _alike(event: Event, one: Likeness, *, has_people: bool) -> Alike:
    names = {fold_name(name) for name in one.performers}
    performer = next((name for name in event.performers if fold_name(name) in names), "")
    if has_people:
        because, reason = (
            Because.PEOPLE,
            gettext("People who were interested in the one were interested in the other"),
        )
    elif performer:
        because, reason = Because.PERFORMER, gettext("Also with %(name)s") % {"name": performer}
    elif one.place is not None and one.place == event.place_id:
        because, reason = Because.VENUE, gettext("Also at %(name)s") % {"name": event.venue_name}
    elif one.unlike is not None and one.unlike < _UNLIKE:
        because, reason = Because.TEXT, gettext("Tells of similar things")
    elif one.category == event.category_id:
        because, reason = (
            Because.CATEGORY,
            gettext("Of the same kind: %(name)s") % {"name": category_name(one.category)},
        )
    else:
        because, reason = Because.COMING, gettext("Coming up too")
    return Alike(id=one.id, because=because, reason=reason)
