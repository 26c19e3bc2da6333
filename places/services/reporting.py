"""Stores reports of visitors and of the venue itself about a place now."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from pipeline.text.sanitize import plain
from places.enums import Answer, Crowd, Openness, PlaceState, StatusSource
from places.exceptions import PlaceClosed, ReportEmpty, ReportTooSoon, SpecialNotKnown
from places.models import SPEAKING, Place, PlaceMember, PlaceReport
from places.services.status import record_evidence
from places.visitor_reports import HOLDS, SPECIALS, VisitorReport, consensus, owner_evidence

#: One person may report on one place so often; a correction has to wait a moment.
PAUSE: Final = timedelta(minutes=2)
#: How long the author of a report is stored, and the report.
WHO_KEPT: Final = timedelta(days=1)
KEPT: Final = timedelta(days=180)
#: Characters of a place's own words about now.
LONGEST_SPECIAL: Final = 120


def report(place_id: UUID, visitor_report: VisitorReport) -> None:
    """Store `visitor_report` (its `at` is now), and announce the new state.

    In one transaction:

    1. the place is locked, so that reports count one after the other. A report too soon after the same
       person's last one is refused;
    2. a report of the place's owner counts as the venue's own, with free words for the special status;
    3. a visitor's report joins the others. What they agree on is stored as evidence; what they no longer
       agree on is deleted.

    Raises Place.DoesNotExist, PlaceClosed, ReportEmpty, SpecialNotKnown, ReportTooSoon.
    """
    visitor_report = replace(
        visitor_report, special=plain(visitor_report.special[:LONGEST_SPECIAL])[:LONGEST_SPECIAL].strip()
    )
    if all(visitor_report.value(answer) is None for answer in Answer):
        raise ReportEmpty("Say at least one thing: openness, crowd, waiting_minutes or special.")
    with transaction.atomic():
        place = Place.objects.select_for_update(of=("self",)).get(pk=place_id)
        if place.state != PlaceState.ACTIVE:
            raise PlaceClosed(
                "This place has closed for good."
                if place.state == PlaceState.CLOSED
                else "This place was merged into another."
            )
        owns = is_owner(place_id, visitor_report.person)
        if not owns and visitor_report.special and visitor_report.special not in SPECIALS:
            raise SpecialNotKnown(
                f"special: visitors choose from {', '.join(SPECIALS)}; owners of the place may use their own words."
            )
        _check_pause(place_id, visitor_report)
        _keep(place, visitor_report)
        if owns:
            record_evidence({place_id: owner_evidence(visitor_report)}, now=visitor_report.at)
        else:
            record_evidence(
                {place_id: consensus(_visitor_reports(place_id, visitor_report.at), visitor_report.at)},
                now=visitor_report.at,
                withdraw=StatusSource.USER,
            )


def _keep(place: Place, visitor_report: VisitorReport) -> None:
    PlaceReport.objects.create(
        place=place,
        person_id=visitor_report.person or None,
        address_hash=visitor_report.address,
        special=visitor_report.special,
        reported_at=visitor_report.at,
        openness=visitor_report.openness.value,
        crowd=visitor_report.crowd.value,
        waiting_minutes=visitor_report.waiting_minutes,
    )


def is_owner(place_id: UUID, person: str) -> bool:
    """Whether the account with this id ("" for none) speaks for the place, or for one merged into it."""
    return bool(person) and UUID(person) in _owners(place_id)


def _owners(place_id: UUID) -> set[UUID]:
    """The accounts whose reports are the venue's own: its owners by the admin, and of its team owners and editors."""
    here = Place.objects.filter(Q(pk=place_id) | Q(merged_into=place_id))
    team = PlaceMember.objects.filter(place__in=here, role__in=SPEAKING)
    owners = here.filter(owners__isnull=False).values_list("owners", flat=True)
    return {*owners, *team.values_list("user_id", flat=True)}


def forget_reporters(*, now: datetime) -> int:
    """Remove the authors of reports after a day, and delete reports after half a year.

    Returns how many rows.
    """
    known = ~Q(address_hash="") | Q(person__isnull=False)
    emptied = PlaceReport.objects.filter(known, reported_at__lte=now - WHO_KEPT).update(
        address_hash="", person=None
    )
    deleted, _ = PlaceReport.objects.filter(reported_at__lte=now - KEPT).delete()
    return emptied + deleted


def _check_pause(place_id: UUID, visitor_report: VisitorReport) -> None:
    """Check the pause by account, and for anonymous reports by address."""
    mine: dict[str, Any] = (
        {"person": visitor_report.person}
        if visitor_report.person
        else {"person": None, "address_hash": visitor_report.address}
    )
    recent = PlaceReport.objects.filter(place=place_id, reported_at__gt=visitor_report.at - PAUSE, **mine)
    last = recent.order_by("-reported_at").values_list("reported_at", flat=True).first()
    if last is not None:
        raise ReportTooSoon(
            "You have just reported on this place.",
            seconds=max(1, round((last + PAUSE - visitor_report.at).total_seconds())),
        )


def _visitor_reports(place_id: UUID, now: datetime) -> list[VisitorReport]:
    """Visitors' reports that may still be valid; an owner's report does not count as a visitor's."""
    rows = PlaceReport.objects.filter(
        place=place_id, reported_at__gt=now - max(HOLDS.values()), reported_at__lte=now
    )
    owners = {str(pk) for pk in _owners(place_id)}
    return [visitor_report for row in rows if (visitor_report := _visitor_report(row)).person not in owners]


def _visitor_report(row: PlaceReport) -> VisitorReport:
    return VisitorReport(
        address=row.address_hash,
        at=row.reported_at,
        person=str(row.person_id or ""),
        openness=Openness(row.openness),
        crowd=Crowd(row.crowd),
        waiting_minutes=row.waiting_minutes,
        special=row.special,
    )
