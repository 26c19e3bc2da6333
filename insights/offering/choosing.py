"""Chooses what is recommended to a reader."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db.models import QuerySet

from events.models import Event
from insights.models import EventPair
from insights.models.factors import K
from insights.offering.candidates import Known, allowed, arrays_of, kilometres, once, rows_of
from insights.offering.kept import step_of
from insights.offering.past import Act, past_of
from insights.offering.records import Basis, Because, Kind, Reason, Recommendations
from insights.queries import hidden_for
from insights.recommending.arrays import Acts, Floats, People
from insights.recommending.listing import arrange
from insights.recommending.scoring import WEIGHTS
from insights.recommending.tastes import PARTS, parts, tastes_of, weigh
from insights.records import Reader
from registrations.queries import full_among

#: What weighs less than this in a score is no reason.
_TOLD: Final = 0.05
_OPENED_OFTEN: Final = 10
_MORE: Final = 2
_PART: Final = {name: at for at, name in enumerate(PARTS)}


def recommend(
    reader: Reader,
    coming: QuerySet[Event],
    *,
    kind: Kind,
    now: datetime,
    limit: int,
    categories: Sequence[str] = (),
    centre: tuple[float, float] | None = None,
    price_max: Decimal | None = None,
    seed: int = 0,
) -> Recommendations:
    """At most `limit` of `coming` (what is within reach of the reader), each with its reason. The same seed gives the same list.

    What the reader did counts where they agreed to the log; else `categories`, `centre` and `price_max`, which they told, and what many
    open. Nothing that they hid, know, or that takes place no more or is full. Nine queries at most, however many events there are.
    """
    past = past_of(reader, now=now)
    done = {act.event_id for act in past}
    rows = once(rows_of(allowed(coming, hidden_for(reader)), also=list(done), now=now), kept=done)
    if not rows:
        return Recommendations(ids=[], reasons={}, basis=Basis.START)
    known = arrays_of(rows)
    labels = list(dict.fromkeys(row["category_id"] for row in known.rows))
    stated = [labels.index(one) for one in categories if one in labels] or [-1]
    people = People(
        kilometres([centre or (None, None)]), np.array([stated]), np.array([budget_of(price_max)])
    )
    number = known.number()
    weighed = weigh_parts(past, known, people, number, kind=kind)
    scores = weighed.sum(axis=0)
    scores[[number[pk] for pk in done if pk in number]] = -np.inf
    order = arrange(
        scores,
        venue=known.items.venue,
        series=known.series,
        is_small=known.items.is_small,
        places=limit * _MORE,
        seed=seed,
    )
    full = full_among([known.rows[at]["id"] for at in order])
    chosen = [int(at) for at in order if known.rows[at]["id"] not in full][:limit]
    liked = {act.event_id for act in past if act.worth > 0}
    pairs = pairs_of([known.rows[at]["id"] for at in chosen], liked) if kind is not Kind.CONTENT else {}
    likes = sorted(number[pk] for pk in liked if pk in number)
    titles = {known.rows[at]["id"]: known.rows[at]["title"] for at in likes}
    reasons = {}
    for at in chosen:
        pk = known.rows[at]["id"]
        if pk in pairs:
            other, count = pairs[pk][0]
            reasons[pk] = Reason(because=Because.PEOPLE, name=titles.get(other, ""), count=count)
        else:
            reasons[pk] = reason_of(at, weighed[:, at], known, likes)
    return Recommendations(
        ids=[known.rows[at]["id"] for at in chosen], reasons=reasons, basis=Basis.LOG if past else Basis.START
    )


def budget_of(price_max: Decimal | None) -> int:
    """The most steps of price; as many as there are where none was said."""
    return np.iinfo(np.int64).max // 2 if price_max is None else step_of("", price_max)


def weigh_parts(
    past: Sequence[Act], known: Known, people: People, number: Mapping[UUID, int], *, kind: Kind
) -> Floats:
    """Each part of the score of each event for the one reader, as much as it weighs (parts × items); `number` is each event's row."""
    some = [act for act in past if act.event_id in number]  # others are deleted since
    acts = Acts(
        np.zeros(len(some), int),
        np.array([number[act.event_id] for act in some], int),
        weigh(np.array([act.worth for act in some], float), np.array([act.rank for act in some], int)),
    )
    has_text = known.items.about.any(axis=1)
    usual = (
        known.items.about[has_text].mean(axis=0) if has_text.any() else np.zeros(known.items.about.shape[1])
    )
    tastes = tastes_of(acts, known.items, known.factors, 1, usual=usual)
    found = parts(tastes, people, known.items, known.factors)[:, 0]
    weighed: Floats = found * np.array([WEIGHTS[kind].get(name, 0.0) for name in PARTS])[:, None]
    return weighed


def pairs_of(events: Collection[UUID], liked: Collection[UUID]) -> dict[UUID, list[tuple[UUID, int]]]:
    """For each of `events` those of `liked` that at least `K` people did something with who also did with it, and how many: most first.

    One query, none where either has none.
    """
    found: dict[UUID, list[tuple[UUID, int]]] = {}
    if events and liked:
        pairs = EventPair.objects.filter(event__in=liked, other__in=events, people__gte=K)
        rows = pairs.order_by("-people", "event").values_list("event", "other", "people")
        for event, other, people in rows:
            found.setdefault(other, []).append((event, people))
    return found


def reason_of(at: int, weighed: Any, known: Known, likes: Sequence[int]) -> Reason:
    """The part that weighs most for this event, of those that can be told in words; `likes` are the rows of what the reader likes."""
    row = known.rows[at]
    told = {
        "venue": Reason(
            because=Because.VENUE,
            name=row["venue_name"],
            count=sum(known.rows[one]["place_id"] == row["place_id"] for one in likes),
        ),
        "performer": Reason(because=Because.PERFORMER, name=row["performer"]),
        "category": Reason(
            because=Because.CATEGORY,
            name=row["category_id"],
            count=sum(known.rows[one]["category_id"] == row["category_id"] for one in likes),
        ),
        "stated": Reason(because=Because.STATED, name=row["category_id"]),
        "about": Reason(because=Because.LIKE, name=_nearest(at, known, likes)),
    }
    # a likeness to what they want less of is nothing that they were interested in
    of_theirs = {"venue": told["venue"].count, "category": told["category"].count, "about": len(likes)}
    said = [name for name in told if weighed[_PART[name]] > _TOLD and of_theirs.get(name, 1)]
    if said:
        return told[max(said, key=lambda name: weighed[_PART[name]])]
    if known.items.opened[at] >= _OPENED_OFTEN:
        return Reason(because=Because.TREND)
    return Reason(because=Because.SMALL if known.items.is_small[at] else Because.NEAR)


def _nearest(at: int, known: Known, likes: Sequence[int]) -> str:
    """The title of what the reader likes whose text is most like this one's."""
    if not likes:
        return ""
    best = int(np.argmax(known.items.about[likes] @ known.items.about[at]))
    return str(known.rows[likes[best]]["title"])
