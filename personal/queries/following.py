"""What a person follows, and what of it comes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.user_input import uuid_of
from events.addresses import organizer_path, performer_path, venue_path
from events.models import Event, Organizer
from events.models.search import performer_key
from events.queries import public
from events.queries.collection import by_performer, spelling
from events.queries.days import not_over
from events.queries.text import WordsQuery
from events.recommended import NOTHING, HiddenThings
from personal.enums import FollowKind
from personal.models import Follow
from personal.records import Followed
from pipeline.text.folding import address_part
from places.enums import CityState, PlaceState
from places.models import Area, Place

#: What began longer ago is still on rather than coming.
_RECENT: Final = timedelta(days=1)


def follows_of(person: User) -> list[tuple[Follow, Followed]]:
    """What the person follows, the newest first, each once: a merged venue is the one that stayed."""
    rows = Follow.objects.filter(user=person).select_related(
        "place__city", "place__merged_into__city", "organizer", "area__city"
    )
    found: dict[tuple[FollowKind, UUID | str], tuple[Follow, Followed]] = {}
    for row in rows:
        what = followed(row)
        found.setdefault((what.kind, what.key), (row, what))
    return list(found.values())


def followed(row: Follow) -> Followed:
    """What a row follows."""
    if row.place is not None:
        return _of_place(row.place.merged_into or row.place)
    if row.organizer is not None:
        return _of_organizer(row.organizer)
    if row.area is not None:
        return _of_area(row.area)
    return _of_performer(row.performer, row.name)


def one_followed(kind: str, key: str) -> Followed | None:
    """The thing of that kind: a venue or organizer by its id, a part of a city by its slug, a performer by name. None where there is none."""
    find = _FINDERS.get(kind)
    return find(key) if find is not None and "\0" not in key else None


def coming_of(
    rows: Sequence[Follow], *, now: datetime, city: str = "", limit: int, hidden: HiddenThings = NOTHING
) -> list[tuple[datetime, UUID]]:
    """Start and id of the next `limit` events of what these rows follow, without what is `hidden`, the soonest first. One query."""
    parts = [
        _next(of, now=now, city=city, hidden=hidden)[:limit]
        for of in (
            _any_of(
                "place", [row.place.merged_into_id or row.place.pk for row in rows if row.place is not None]
            ),
            _any_of("organizer", [row.organizer_id for row in rows if row.organizer_id]),
            _any_of("area", [row.area_id for row in rows if row.area_id]),
            _by_performers([row.performer for row in rows if row.performer]),
        )
        if of is not None
    ]
    if not parts:
        return []
    first, *others = parts
    found = first.union(*others) if others else first
    return sorted(set(found))[:limit]


def why(events: Sequence[UUID], follows: Sequence[tuple[Follow, Followed]]) -> Mapping[UUID, Sequence[str]]:
    """For each of these events the names of what is followed of it. One query."""
    names = {(what.kind, what.key): what.name for _, what in follows}
    if not names or not events:
        return {}
    rows = Event.objects.filter(pk__in=events).values_list(
        "pk", "place_id", "organizer_id", "area_id", "performers"
    )
    found = {}
    for pk, place, organizer, area, performers in rows:
        keys: list[tuple[FollowKind, UUID | str]] = [
            (FollowKind.VENUE, place),
            (FollowKind.ORGANIZER, organizer),
            (FollowKind.AREA, area),
        ]
        keys += [(FollowKind.PERFORMER, address_part(name)) for name in performers]
        found[pk] = list(dict.fromkeys(names[key] for key in keys if key in names))
    return {pk: said for pk, said in found.items() if said}


def _next(
    of: Q, *, now: datetime, city: str, hidden: HiddenThings
) -> "QuerySet[Event, tuple[datetime, UUID]]":
    events = hidden.left_of(public().filter(of, not_over(now), start_at__gt=now - _RECENT))
    if city:
        events = events.filter(city__slug=city)
    return events.order_by("start_at", "id").values_list("start_at", "id")


def _any_of(column: str, ids: Sequence[UUID]) -> Q | None:
    return Q(**{f"{column}__in": ids}) if ids else None


def _by_performers(parts: Sequence[str]) -> Q | None:
    keys = " | ".join(f"'{performer_key(part)}'" for part in parts)
    return Q(search__document=WordsQuery(keys)) if keys else None


def _venue(key: str) -> Followed | None:
    if (pk := uuid_of(key)) is None:
        return None
    place = Place.objects.select_related("city", "merged_into__city").filter(pk=pk).first()
    stayed = place.merged_into or place if place is not None else None
    return _of_place(stayed) if stayed is not None and stayed.state != PlaceState.MERGED else None


def _organizer(key: str) -> Followed | None:
    if (pk := uuid_of(key)) is None:
        return None
    found = Organizer.objects.select_related("merged_into").filter(pk=pk).first()
    return _of_organizer(found.merged_into or found) if found is not None else None


def _area(key: str) -> Followed | None:
    found = Area.objects.select_related("city").filter(
        Q(slug=key) | Q(former_slugs__contains=[key]), city__state=CityState.ACTIVE
    )
    area = min(found, key=lambda one: one.slug != key, default=None)
    return _of_area(area) if area is not None else None


def _performer(key: str) -> Followed | None:
    part = address_part(key)
    written = spelling(part, by_performer(part), "performers") if part else ""
    return _of_performer(part, written) if written else None


def _of_place(place: Place) -> Followed:
    return Followed(
        kind=FollowKind.VENUE, key=place.pk, name=place.name, path=venue_path(place.pk, place.slug), city=place.city.name if place.city else ""
    )  # fmt: skip


def _of_organizer(one: Organizer) -> Followed:
    return Followed(
        kind=FollowKind.ORGANIZER, key=one.pk, name=one.name, path=organizer_path(one.pk, one.name)
    )


def _of_area(area: Area) -> Followed:
    return Followed(
        kind=FollowKind.AREA, key=area.pk, name=area.name, path=f"/{area.city.slug}/{area.slug}/", city=area.city.name
    )  # fmt: skip


def _of_performer(part: str, name: str) -> Followed:
    return Followed(kind=FollowKind.PERFORMER, key=part, name=name or part, path=performer_path(name or part))


_FINDERS: Final[Mapping[str, Callable[[str], Followed | None]]] = {
    FollowKind.VENUE: _venue,
    FollowKind.ORGANIZER: _organizer,
    FollowKind.AREA: _area,
    FollowKind.PERFORMER: _performer,
}
