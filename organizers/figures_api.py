"""`/api/v1/events/{id}/figures`: what a team sees of how its event is looked at and who registers."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers as s
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.keys.scopes import Scope
from accounts.models import User
from accounts.problems import described
from accounts.rights import RightMissing
from accounts.signed_in import person_of
from events.api import readers as read
from events.api.base import OwnView, documented, event_in_path, read_id
from events.api.parameters import Param, read_query
from events.models import Event
from events.queries.teams import may_help
from insights.expecting.revenue import estimate_of
from insights.expecting.told import expected_of
from insights.figures.formats import FORMATS, Asked, Csv, is_csv
from organizers.figures import NAMES, SOURCES, WINDOW, Figures, figures_of

_PARAMETERS: Final = (
    Param(name="window", read=read.one_of(NAMES), about="The last 7, 30 or 90 days, today included; default `month`.", example="week"),
    Param(name="format", read=read.one_of(FORMATS), about="`csv` for the days as a file, also by `Accept: text/csv`; default `json`.", example="json"),
)  # fmt: skip
_TOTALS: Final = ("views", "shares", "clicks", "registrations", "attended")


class EventActs(s.Serializer[Any]):
    """What happened to one event."""

    views = s.IntegerField(help_text="Visitors of its page, each once a day.")
    shares = s.IntegerField()
    clicks = s.IntegerField(
        help_text="Visitors who left for tickets, the online event or the event's own page."
    )
    registrations = s.IntegerField(help_text="Who registered, or joined the waitlist.")
    attended = s.IntegerField(help_text="Those of them who were checked in.")


class EventActsOfDay(EventActs):
    """The same on one day."""

    day = s.DateField(help_text="Visits by UTC, registrations by the clock of the event.")


class EventStep(s.Serializer[Any]):
    """A step from the page to the door."""

    step = s.CharField()
    words = s.CharField()
    count = s.IntegerField()
    share = s.FloatField(allow_null=True, help_text="Of the views, 0 to 1; null where nobody looked.")


class EventVisits(s.Serializer[Any]):
    """Visitors by where they came from."""

    source = s.ChoiceField(SOURCES)  # type: ignore[assignment]  # of the answer, no attribute
    views = s.IntegerField()


class EventPeople(s.Serializer[Any]):
    """Registrations by their state now, whenever they were made."""

    registered = s.IntegerField()
    offered = s.IntegerField(help_text="Who have an offer of a place that became free.")
    waiting = s.IntegerField(help_text="The waitlist.")
    cancelled = s.IntegerField()
    expired = s.IntegerField(help_text="Who let an offer pass.")
    seats = s.IntegerField(help_text="Places that are held, guests included.")


class EventExpected(s.Serializer[Any]):
    """What is expected of a coming event, as far as that was more right lately than “it stays as it is”."""

    day = s.DateField(help_text="When it was expected (UTC).")
    days_before = s.IntegerField(help_text="So many days before the start.")
    registered = s.IntegerField(
        allow_null=True, help_text="Seats held at the start, at most the capacity; null where it is not told."
    )
    attendance = s.IntegerField(
        allow_null=True, help_text="Seats of people who come; null where it is not told."
    )
    sells_out = s.FloatField(
        allow_null=True,
        help_text="The chance that no seat is free at the start, 0 to 1; null where it is not told.",
    )


class RevenueEstimate(s.Serializer[Any]):
    """The prices that the team told, times the seats that are held: an estimate, never what was paid. Without commissions."""

    currency = s.CharField()
    low = s.DecimalField(max_digits=20, decimal_places=2)
    high = s.DecimalField(max_digits=20, decimal_places=2)


class OwnEventFigures(s.Serializer[Any]):
    """The figures of an event of one's team."""

    event = s.UUIDField()
    window = s.ChoiceField(NAMES)
    since = s.DateField()
    until = s.DateField(help_text="Today, which is not over.")
    totals = EventActs()
    funnel = EventStep(many=True)
    sources = EventVisits(many=True)
    people = EventPeople()
    days = EventActsOfDay(many=True)
    expected = EventExpected(
        allow_null=True, help_text="null where nothing is told: too few past events, or no better than naive."
    )
    revenue_estimate = RevenueEstimate(
        allow_null=True,
        help_text="null while the feature `payments` is off, and where the team told no price.",
    )


_ACTS: Final = {"views": 412, "shares": 9, "clicks": 0, "registrations": 61, "attended": 44}
_DAY: Final = {"day": "2026-12-01", "views": 31, "shares": 1, "clicks": 0, "registrations": 6, "attended": 5}
_EXAMPLE: Final = {
    "event": "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e",
    "window": "week",
    "since": "2026-12-01",
    "until": "2026-12-07",
    "totals": _ACTS,
    "funnel": [
        {"step": "views", "words": "looked at it", "count": 412, "share": 1.0},
        {"step": "clicks", "words": "left for tickets", "count": 0, "share": 0.0},
        {"step": "registrations", "words": "registered", "count": 61, "share": 0.1481},
        {"step": "attended", "words": "came", "count": 44, "share": 0.1068},
    ],
    "sources": [{"source": "search", "views": 240}, {"source": "direct", "views": 172}],
    "people": {
        "registered": 50,
        "offered": 0,
        "waiting": 8,
        "cancelled": 3,
        "expired": 0,
        "seats": 50,
    },
    "days": [_DAY],
    "expected": {
        "day": "2026-12-07",
        "days_before": 5,
        "registered": 58,
        "attendance": 44,
        "sells_out": 0.31,
    },
    "revenue_estimate": None,
}
_AS_CSV: Final = "day,views,shares,clicks,registrations,attended\r\n2026-12-01,31,1,0,6,5\r\n"


class EventFigures(OwnView):
    """How an event of one's team is looked at, and who registers."""

    scopes: ClassVar = {"GET": Scope.ME_READ}
    renderer_classes = (JSONRenderer, Csv)
    content_negotiation_class = Asked
    csv_rows: ClassVar = ("days",)

    @extend_schema(
        operation_id="event_figures",
        summary="The figures of an event of one's own",
        description="Views, shares, clicks, from where visitors came, registrations and who was checked in, by day; who comes and waits now; what is expected. "
        "For owners, editors and helpers of the team of its organizer or venue. Nothing in it is of one person.",
        parameters=[event_in_path(), *documented(_PARAMETERS)],
        responses=described(
            {(200, "application/json"): OwnEventFigures, (200, "text/csv"): OpenApiTypes.STR},
            400,
            401,
            403,
            404,
        ),
        examples=[
            OpenApiExample(
                "figures",
                value=_EXAMPLE,
                response_only=True,
                status_codes=["200"],
                media_type="application/json",
            ),
            OpenApiExample(
                "days", value=_AS_CSV, response_only=True, status_codes=["200"], media_type="text/csv"
            ),
        ],
        tags=["events"],
    )
    def get(self, request: Request, event_id: str) -> Response:
        """The figures of a window; as CSV its days."""
        asked = read_query(request.query_params, _PARAMETERS)
        event = _own(person_of(request), read_id(event_id, "event"))
        now = timezone.now()
        told = _told(event, figures_of(event, now=now, window=asked.get("window", WINDOW)), now)
        response = Response(told if is_csv(request) else OwnEventFigures(told).data)
        response["Cache-Control"] = "no-store"
        if is_csv(request):
            response["Content-Disposition"] = f'attachment; filename="figures-{told["window"]}.csv"'
        return response


def _told(event: Event, figures: Figures, now: datetime) -> dict[str, Any]:
    return {
        "event": event.pk,
        "window": figures.window,
        "since": figures.days[0].day,
        "until": figures.days[-1].day,
        "totals": {name: getattr(figures, name) for name in _TOTALS},
        "funnel": figures.funnel,
        "sources": [{"source": source.value, "views": count} for source, count in figures.sources],
        "people": asdict(figures.now),
        "days": [{"day": one.day, **{name: getattr(one, name) for name in _TOTALS}} for one in figures.days],
        "expected": expected_of(event.pk, now=now),
        "revenue_estimate": estimate_of(event, seats=figures.now.seats),
    }


def _own(person: User, event_id: UUID) -> Event:
    """An event of a team of the person, also as a helper. Raises RightMissing, in the same words where there is none."""
    event = Event.objects.filter(pk=event_id).first()
    if event is None or not may_help(person, event):
        raise RightMissing(gettext("Only the team of its organizer or venue sees the figures of this event."))
    return event
