"""Geocodes places without a point.

Each address is requested once. The answer is stored, checked, and set with its origin.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from pipeline.contract.http import HttpClient
from pipeline.contract.http_errors import EgressError
from pipeline.geography.likeness.addresses import street_address
from pipeline.geography.plus_codes import plus_code
from pipeline.text.folding import fold_name
from places.enums import PlaceState
from places.geocoding import Geocoder, GeocoderError, GeocodingAnswer, Precision, Question, doubt
from places.models import Geocode, Place
from places.queries import gazetteer
from places.signals import pointed

log = structlog.get_logger(__name__)

#: At most so many places in one call; the geocoder's rate limit spreads the requests.
BATCH: Final = 20
#: An unknown or doubtful address is requested again after this.
AGAIN: Final = timedelta(days=30)


@dataclass(slots=True)
class Geocoded:
    """The result of a call.

    How many places got a point, doubtful answers (place's name: reason), unknown addresses, failures.
    """

    placed: int = 0
    unknown: int = 0
    failed: int = 0
    doubtful: dict[str, str] = field(default_factory=dict)


def geocode_missing(geocoder: Geocoder, http: HttpClient, *, now: datetime, limit: int = BATCH) -> Geocoded:
    """Geocode up to `limit` active places that have an address and a city but no point.

    It may run twice: a place is claimed by `geocoded_at` first. A doubtful answer is stored and counted, and
    not used. A failure ends the call, and the place is tried again.
    """
    done = Geocoded()
    for place in _claim(now, limit):
        try:
            _settle(place, geocoder, http, now, done)
        except (EgressError, GeocoderError) as error:
            log.warning("geocoder_failed", geocoder=geocoder.name, error=str(error)[:200])
            Place.objects.filter(pk=place.pk).update(geocoded_at=None)
            done.failed += 1
            break
    return done


def forget_geocodes(*, now: datetime) -> int:
    """Delete expired answers. Returns how many."""
    return Geocode.objects.filter(expires_at__lte=now).delete()[0]


def _claim(now: datetime, limit: int) -> list[Place]:
    """The next places, those never requested first, claimed against other workers."""
    waiting = Q(geocoded_at__isnull=True) | Q(geocoded_at__lt=now - AGAIN)
    with transaction.atomic():
        rows = Place.objects.select_for_update(skip_locked=True, of=("self",)).select_related("city")
        rows = rows.filter(
            waiting, state=PlaceState.ACTIVE, lat__isnull=True, city__isnull=False, is_sample=False
        ).exclude(address="")
        places = [
            place
            for place in rows.order_by("geocoded_at", "-created_at")[:limit]
            if not {"lat", "lng"} & set(place.locked_fields)
        ]
        Place.objects.filter(pk__in=[place.pk for place in places]).update(geocoded_at=now)
    return places


def _questions(place: Place) -> list[Question]:
    """The questions until one is answered.

    With the venue's name where the address has no house number, then the address. None where the address
    names no street, since the answer would only be the town.
    """
    city, address = place.city, street_address(place.address)
    if city is None or not address.reported:
        return []
    alone = Question(
        address=place.address,
        city=city.name,
        country=city.country,
        lat=city.lat,
        lng=city.lng,
        radius_km=city.radius_km,
    )
    return [alone] if address.number or not place.name else [replace(alone, name=place.name), alone]


def _key(question: Question) -> str:
    return hashlib.sha256(f"{fold_name(question.text)}|{question.country}".encode()).hexdigest()


def _kept(geocoder: Geocoder, question: Question, now: datetime) -> Geocode | None:
    return Geocode.objects.filter(provider=geocoder.name, key=_key(question), expires_at__gt=now).first()


def _ask(geocoder: Geocoder, question: Question, http: HttpClient, now: datetime) -> Geocode:
    """Request an address and store the answer, also if it is unknown."""
    answer = geocoder.ask(question, http)
    values = {
        "question": question.text[:500],
        "lat": answer.lat if answer else None,
        "lng": answer.lng if answer else None,
        "precision": _precision(question, answer),
        "label": _label(answer)[:400] if answer else "",
        "asked_at": now,
        "expires_at": now + (geocoder.keeps if answer else min(AGAIN, geocoder.keeps)),
    }
    row, _ = Geocode.objects.update_or_create(provider=geocoder.name, key=_key(question), defaults=values)
    return row


def _precision(question: Question, answer: GeocodingAnswer | None) -> str:
    """The precision; a guess counts as an area at best."""
    if answer is None:
        return ""
    return (
        Precision.AREA.value
        if answer.partial and answer.precision is not Precision.CITY
        else answer.precision.value
    )


def _label(answer: GeocodingAnswer) -> str:
    """House and street before a bar, as the check needs them later, then the whole address."""
    return f"{answer.house} {answer.street}|{answer.label}"


def _answer(row: Geocode) -> GeocodingAnswer | None:
    if row.lat is None or row.lng is None:
        return None
    house_and_street, _, label = row.label.partition("|")
    house, _, street = house_and_street.partition(" ")
    return GeocodingAnswer(
        lat=row.lat, lng=row.lng, precision=Precision(row.precision), house=house, street=street, label=label
    )


def _settle(place: Place, geocoder: Geocoder, http: HttpClient, now: datetime, done: Geocoded) -> None:
    """Ask the questions in turn until an answer is accepted, and set its point; else store the last answer."""
    row, why = None, ""
    for question in _questions(place):
        row = _kept(geocoder, question, now) or _ask(geocoder, question, http, now)
        answer = _answer(row)
        why = doubt(question, answer)[:200] if answer else ""
        if row.doubt != why:
            Geocode.objects.filter(pk=row.pk).update(doubt=why)
        if answer and not why:
            until = row.expires_at if geocoder.name == "google" else None
            done.placed += set_point(place.pk, answer.lat, answer.lng, by=geocoder.name, until=until, now=now)
            return
    if why:
        done.doubtful[place.name] = why
        log.info("geocode_doubtful", place=str(place.pk), why=why)
    elif row is not None:
        done.unknown += 1


def set_point(
    place_id: UUID, lat: float, lng: float, *, by: str, until: datetime | None, now: datetime
) -> bool:
    """Set the point that `by` found, to be kept until `until`.

    Events at the place follow. An existing or locked point is not changed.
    """
    with transaction.atomic():
        place = Place.objects.select_for_update(of=("self",)).get(pk=place_id)
        if (
            place.lat is not None
            or {"lat", "lng"} & set(place.locked_fields)
            or place.state != PlaceState.ACTIVE
        ):
            return False
        place.lat, place.lng, place.plus_code = lat, lng, plus_code(lat, lng)
        noted = {"by": by, **({"until": until.isoformat()} if until else {})}
        place.provided = {**place.provided, "lat": noted, "plus_code": noted}
        place.provided_until = min(_ends(place), default=None)
        if place.area_id is None and place.city is not None:
            area = gazetteer().area_at(lat, lng, city=place.city.slug)
            place.area = place.city.areas.filter(slug=area.slug).first() if area else None
        place.updated_at = now
        place.save()
        pointed.send(sender=Place, place_id=place.pk, now=now)
    return True


def _ends(place: Place) -> Sequence[datetime]:
    return [datetime.fromisoformat(entry["until"]) for entry in place.provided.values() if entry.get("until")]
