"""A visitor or the venue itself tells how a place is now."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from pipeline.text.sanitize import plain
from places.enums import Answer, Crowd, Openness, PlaceState, StatusSource
from places.exceptions import PlaceClosed, ReportEmpty, ReportTooSoon, SpecialNotKnown
from places.models import Place, PlaceReport
from places.services.status import record_evidence
from places.voices import HOLDS, SPECIALS, Voice, consensus, owners_word

#: One person reports of one place so often; who corrects a slip waits a moment.
PAUSE: Final = timedelta(minutes=2)
#: Who reported is kept so long, what was reported so long.
WHO_KEPT: Final = timedelta(days=1)
KEPT: Final = timedelta(days=180)
#: Characters of what a place says of itself now.
LONGEST_SPECIAL: Final = 120


def report(place_id: UUID, voice: Voice) -> None:
    """Take in `voice` (its `at` is now), and tell readers what follows from it. In one transaction:

    1. the place is locked, so that reports count one after the other; what comes too soon after the same
       person's last one is refused;
    2. the word of an owner of the place is the venue's own, with free words for what is going on;
    3. a visitor's joins the others', and what they agree on is stored as evidence; what they no longer agree
       on goes.

    Raises Place.DoesNotExist, PlaceClosed, ReportEmpty, SpecialNotKnown, ReportTooSoon.
    """
    voice = replace(voice, special=plain(voice.special[:LONGEST_SPECIAL])[:LONGEST_SPECIAL].strip())
    if all(voice.value(answer) is None for answer in Answer):
        raise ReportEmpty("Say at least one thing: openness, crowd, waiting_minutes or special.")
    with transaction.atomic():
        place = Place.objects.select_for_update(of=("self",)).get(pk=place_id)
        if place.state != PlaceState.ACTIVE:
            raise PlaceClosed(
                "This place has closed for good."
                if place.state == PlaceState.CLOSED
                else "This place was merged into another."
            )
        owns = is_owner(place_id, voice.person)
        if not owns and voice.special and voice.special not in SPECIALS:
            raise SpecialNotKnown(
                f"special: visitors choose from {', '.join(SPECIALS)}; owners of the place may use their own words."
            )
        _check_pause(place_id, voice)
        said = {
            "openness": voice.openness.value,
            "crowd": voice.crowd.value,
            "waiting_minutes": voice.waiting_minutes,
        }
        PlaceReport.objects.create(
            place=place,
            person_id=voice.person or None,
            address_hash=voice.address,
            special=voice.special,
            reported_at=voice.at,
            **said,
        )
        if owns:
            record_evidence({place_id: owners_word(voice)}, now=voice.at)
        else:
            record_evidence(
                {place_id: consensus(_voices(place_id, voice.at), voice.at)},
                now=voice.at,
                withdraw=StatusSource.USER,
            )


def is_owner(place_id: UUID, person: str) -> bool:
    """Whether the account with this id ("" for none) owns the place, or one that was merged into it."""
    here = Q(pk=place_id) | Q(merged_into=place_id)
    return bool(person) and Place.objects.filter(here, owners=UUID(person)).exists()


def forget_reporters(*, now: datetime) -> int:
    """Empty who reported a day ago, and delete reports of half a year ago. Returns how many rows."""
    known = ~Q(address_hash="") | Q(person__isnull=False)
    emptied = PlaceReport.objects.filter(known, reported_at__lte=now - WHO_KEPT).update(
        address_hash="", person=None
    )
    deleted, _ = PlaceReport.objects.filter(reported_at__lte=now - KEPT).delete()
    return emptied + deleted


def _check_pause(place_id: UUID, voice: Voice) -> None:
    """By account where there is one, and by address among those without."""
    mine: dict[str, Any] = (
        {"person": voice.person} if voice.person else {"person": None, "address_hash": voice.address}
    )
    recent = PlaceReport.objects.filter(place=place_id, reported_at__gt=voice.at - PAUSE, **mine)
    last = recent.order_by("-reported_at").values_list("reported_at", flat=True).first()
    if last is not None:
        raise ReportTooSoon(
            "You have just reported of this place.",
            seconds=max(1, round((last + PAUSE - voice.at).total_seconds())),
        )


def _voices(place_id: UUID, now: datetime) -> list[Voice]:
    """What visitors said that may still hold; an owner's word counts as the venue's, not as a visitor's."""
    rows = PlaceReport.objects.filter(
        place=place_id, reported_at__gt=now - max(HOLDS.values()), reported_at__lte=now
    )
    owners = {
        str(pk)
        for pk in Place.objects.filter(Q(pk=place_id) | Q(merged_into=place_id)).values_list(
            "owners", flat=True
        )
        if pk
    }
    return [voice for row in rows if (voice := _voice(row)).person not in owners]


def _voice(row: PlaceReport) -> Voice:
    return Voice(
        address=row.address_hash,
        at=row.reported_at,
        person=str(row.person_id or ""),
        openness=Openness(row.openness),
        crowd=Crowd(row.crowd),
        waiting_minutes=row.waiting_minutes,
        special=row.special,
    )
