"""New events for a person: hits of saved searches with an alert, and events of what they follow."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from events.models import Event
from events.queries import public
from events.services.announcing import PUBLISHED
from notices.enums import Kind
from notices.news.about import event_facts
from notices.records import News, Receiver
from outbox.models import Change
from personal.models import Follow
from pipeline.text.folding import address_part

HIT: Final = "search.hit"
TYPES: Final = (HIT, PUBLISHED)
#: What was published so much earlier, and comes back now, is no news.
_AGAIN: Final = timedelta(hours=1)
#: By this a thing is found that people follow: its column in a row, and its key.
_Key = tuple[str, UUID | str]


def hits(changes: Sequence[Change]) -> Iterator[News]:
    """The new events of each person's saved searches."""
    for change in changes:
        if change.type == HIT and change.user_id is not None:
            searches = change.data["searches"]
            events = {event["id"]: _named(event) for each in searches for event in each["events"]}
            yield News(
                to=Receiver(user_id=change.user_id), kind=Kind.SEARCH, subject="searches", period=str(change.number),
                facts={"names": [each["name"] for each in searches], "events": list(events.values()), "count": change.data["count"]},
            )  # fmt: skip


def of_follows(changes: Sequence[Change], *, now: datetime) -> Iterator[News]:
    """The events that were published, for those who follow their venue, organizer, part of the city or performers.

    The number of queries does not depend on how many there are.
    """
    numbers = {each.object_id: (int(each.number or 0), each.at) for each in changes if each.type == PUBLISHED}
    if not numbers:
        return
    events = public().filter(pk__in=numbers, start_at__gt=now).in_bulk()
    fresh = {
        pk: event
        for pk, event in events.items()
        if event.published_at is None or numbers[pk][1] - event.published_at < _AGAIN
    }
    keys = {pk: _keys(event) for pk, event in fresh.items()}
    followers = _followers({key for each in keys.values() for key in each})
    for pk, event in sorted(fresh.items(), key=lambda item: numbers[item[0]][0]):
        theirs: dict[UUID, list[str]] = defaultdict(list)
        for key in keys[pk]:
            for user_id, name in followers.get(key, ()):
                theirs[user_id].append(name)
        for user_id, names in theirs.items():
            yield News(
                to=Receiver(user_id=user_id), kind=Kind.FOLLOW, subject="follows", period=str(numbers[pk][0]),
                facts={"names": list(dict.fromkeys(names)), "events": [_of(event)], "count": 1},
            )  # fmt: skip


def _keys(event: Event) -> list[_Key]:
    """What can be followed of an event."""
    ids = (("place", event.place_id), ("organizer", event.organizer_id), ("area", event.area_id))
    known: list[_Key] = [(column, pk) for column, pk in ids if pk is not None]
    return known + [("performer", address_part(name)) for name in event.performers]


def _followers(keys: set[_Key]) -> Mapping[_Key, Sequence[tuple[UUID, str]]]:
    """Account and name of what is followed, by what can be followed. One query."""
    of = {column: [key for name, key in keys if name == column] for column in ("place", "organizer", "area", "performer")}  # fmt: skip
    rows = Follow.objects.filter(
        Q(place__in=of["place"])
        | Q(place__merged_into__in=of["place"])
        | Q(organizer__in=of["organizer"])
        | Q(area__in=of["area"])
        | Q(performer__in=[part for part in of["performer"] if part]),
        user__is_active=True,
    ).select_related("place__merged_into", "organizer", "area")
    found: dict[_Key, list[tuple[UUID, str]]] = defaultdict(list)
    for row in rows:
        key, name = _followed(row)
        found[key].append((row.user_id, name))
    return found


def _followed(row: Follow) -> tuple[_Key, str]:
    if row.place is not None:
        place = row.place.merged_into or row.place
        return ("place", place.pk), place.name
    if row.organizer is not None:
        return ("organizer", row.organizer.pk), row.organizer.name
    if row.area is not None:
        return ("area", row.area.pk), row.area.name
    return ("performer", row.performer), row.name or row.performer


def _named(event: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": event["id"], "title": event["title"], "path": event["path"]}


def _of(event: Event) -> dict[str, Any]:
    facts = event_facts(event)
    return {
        "id": facts["event"],
        **{name: facts[name] for name in ("title", "path", "start", "zone", "timed")},
    }
