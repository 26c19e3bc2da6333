"""The sums that pages show, counted anew with each change of what they are of."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock

import outbox.services as outbox
from events.models import Event
from events.things import Thing, ThingKind, lock
from outbox.enums import Audience
from outbox.records import NewChange
from places.models import Place
from ratings.averages import ENOUGH, Average, Counted, average_of, mean_of
from ratings.enums import Basis, RatingState
from ratings.models import RatingSum
from ratings.queries import ratings_of

#: What readers see of an average: one place after the point.
_SHOWN: Final = 0.05
_CHANGED: Final = "rating.changed"


def recount(thing: Thing, *, now: datetime | None = None) -> None:
    """Count the average of a thing anew, with what was merged into it. The caller has locked it (`lock`)."""
    row: Any = (Event if thing.kind is ThingKind.EVENT else Place).objects.filter(pk=thing.id).first()
    if row is None:
        return
    counted = counted_of(thing) if row.merged_into_id is None else []
    before = RatingSum.objects.filter(**{thing.column: thing.id}).first()
    if not counted:
        if before is not None:
            before.delete()
            _announce(thing)
        return
    mean = city_mean(row.city_id, thing.kind)
    found = average_of(counted, mean=mean)
    values = {"city_id": row.city_id, "mean": mean, **_columns(found), "updated_at": now or clock()}
    here: dict[str, Any] = {thing.column + "_id": thing.id}
    RatingSum.objects.update_or_create(**here, defaults=values)
    if before is None or before.count != found.count or abs(before.average - found.average) >= _SHOWN / 10:
        _announce(thing)


def counted_of(thing: Thing) -> list[Counted]:
    """The ratings that count: of each person the newest, where readers see it."""
    newest = ratings_of(thing).order_by("user_id", "-updated_at", "-pk").distinct("user_id")
    rows = newest.values_list("state", "stars", "basis", "network", "is_vouched")
    return [
        Counted(stars, Basis(basis), network, vouched)
        for state, stars, basis, network, vouched in rows
        if state == RatingState.SHOWN
    ]


def city_mean(city_id: UUID | None, kind: ThingKind) -> float:
    """The mean of a city's events or venues, from what moderators passed (one query)."""
    rows = RatingSum.objects.filter(city=city_id, vouched__gt=0, **{f"{kind.value}__isnull": False})
    return mean_of(rows.values_list("vouched", "stars"))


def renew_means(*, now: datetime) -> int:
    """Count anew what the mean of its city still fills up, where that mean has moved. Returns how many averages."""
    renewed = 0
    few = RatingSum.objects.filter(weight__lt=ENOUGH).order_by("pk")
    means: dict[tuple[UUID | None, ThingKind], float] = {}
    for row in few.iterator(chunk_size=500):
        kind = ThingKind.EVENT if row.event_id else ThingKind.PLACE
        key = (row.city_id, kind)
        if key not in means:
            means[key] = city_mean(*key)
        if abs(row.mean - means[key]) < _SHOWN:
            continue
        with transaction.atomic():
            thing = Thing(kind, row.event_id or row.place_id)  # type: ignore[arg-type]  # rating_sum_one_thing
            lock(thing)
            recount(thing, now=now)
        renewed += 1
    return renewed


def _columns(found: Average) -> dict[str, float]:
    return {
        "average": found.average,
        "count": found.count,
        "weight": found.weight,
        "vouched": found.vouched,
        "stars": found.stars,
    }


def _announce(thing: Thing) -> None:
    """What was rendered with it is void. No reader hears of it: the page is right when it is next asked for."""
    change = NewChange(
        type=_CHANGED, object_type=thing.kind.value, object_id=thing.id, topics=(thing.topic,), audience=Audience.STAFF
    )  # fmt: skip
    outbox.record([change])


def announce(thing: Thing) -> None:
    """The words of a thing changed, whatever its average."""
    _announce(thing)
