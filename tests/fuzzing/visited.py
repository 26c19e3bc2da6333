"""Events that are over with ratings and photos, notices that were told, and anomalies: what readers and staff say something of."""

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

import galleries.records
import galleries.services
import ratings.records
import ratings.services
from accounts.models import User
from events.enums import Verification
from events.models import Event, EventImage, Organizer
from galleries import consent
from galleries.models import Photo
from insights.models import Anomaly
from insights.models.anomalies import KINDS
from moderation.enums import Verdict
from notices.enums import Kind, NoticeState
from notices.models import Notice
from places.models import City, Place
from ratings.models import Rating
from tests.factories import make_event
from tests.galleries.conftest import jpeg

MOST: Final = 5
_TITLE: Final = "Over, for fuzzing"


def visited(person: User, others: list[User], *, organizer: Organizer) -> dict[str, list[str]]:
    """Make what is not there yet, and a coming event of the organizer with pictures. Ids by the name of a path parameter (`hooks`)."""
    place = Place.objects.filter(state="active", city__isnull=False).order_by("pk")[0]
    city = place.city
    # only who is proven changes what is public
    Organizer.objects.filter(pk=organizer.pk).update(verification=Verification.VERIFIED)
    over = [_over(number, city=city, place=place) for number in range(MOST)]
    our_last = _over(MOST, city=city, place=place, organizer=organizer)
    our_next = _event("Coming, for fuzzing", days=7, city=city, place=place, organizer=organizer)
    for number, one in enumerate(others):
        for row in (*over, our_last, place):
            _rated(row, one, stars=number % 5 + 1)
        _given(over[0], one, picture=number, is_shown=True)
        _given(place, one, picture=100 + number, is_shown=True)
    kept = [_given(row, person, picture=200 + n) for n, row in enumerate(over)]
    leaving = [_given(row, person, picture=300 + n) for n, row in enumerate(over)]
    return {
        "photo_id": kept,
        "leaving photo_id": leaving,
        "past event_id": [str(row.pk) for row in over],
        "rating_id": [str(pk) for pk in Rating.objects.filter(event=our_last).values_list("pk", flat=True)],
        "notice_id": _told(person),
        "anomaly_id": _anomalies(city),
        "pictured event_id": [str(our_next.pk)],
        "picture_id": _pictures(our_next),
    }


def _over(number: int, **fields: Any) -> Event:
    """An event of last week."""
    return _event(f"{_TITLE} {number}", days=-7, **fields)


def _event(title: str, *, days: int, **fields: Any) -> Event:
    start = timezone.now() + timedelta(days=days)
    return Event.objects.filter(title=title).first() or make_event(
        title=title, start=start, end_at=start + timedelta(hours=2), **fields
    )


def _rated(row: Event | Place, by: User, *, stars: int) -> None:
    address = f"198.19.{stars}.1"
    ratings.services.rate(row, ratings.records.Wish(stars=stars), by=by, address=address)


def _given(row: Event | Place, by: User, *, picture: int, is_shown: bool = False) -> str:
    wish = galleries.records.Wish(alt="Three owls on a dark stage", consent=consent.CURRENT)
    photo = galleries.services.give(row, jpeg(picture), wish, by=by)
    if is_shown and galleries.services.apply_verdict(photo.pk, Verdict.GRANT):
        galleries.services.render(now=timezone.now())
    return str(Photo.objects.get(pk=photo.pk).pk)


def _told(person: User) -> list[str]:
    facts = {"client": "a program", "is_api": True, "at": "2026-11-26T12:00:00+00:00"}
    rows = [
        Notice.objects.get_or_create(
            user=person, kind=Kind.SIGN_IN.value, subject=f"session:{number}",
            defaults={"facts": facts, "state": NoticeState.TOLD.value, "told_at": timezone.now()},
        )[0]
        for number in range(MOST)
    ]  # fmt: skip
    return [str(row.pk) for row in rows]


def _anomalies(city: City | None) -> list[str]:
    rows = [
        Anomaly.objects.get_or_create(
            kind=kind, key="fuzzing", defaults={"name": "Somewhere", "words": "Fewer than usual.", "city": city, "found": 1.0, "expected": 12.0,
            "began_at": timezone.now() - timedelta(days=1)},
        )[0]
        for kind in KINDS
    ]  # fmt: skip
    return [str(row.pk) for row in rows]


def _pictures(event: Event) -> list[str]:
    address = "https://example.org/picture.webp"
    for number in range(EventImage.objects.filter(event=event).count(), MOST - 2):
        EventImage.objects.create(
            event=event, source_url=f"{address}?{number}", url=address, state="stored", is_own=True, width=1280, height=720, position=number,
        )  # fmt: skip
    return [str(pk) for pk in EventImage.objects.filter(event=event).values_list("pk", flat=True)]
