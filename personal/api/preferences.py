"""What a person wants to see, and how they want to be told."""

from datetime import time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers as s
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.bodies import JsonSerializer
from accounts.api.etags import IF_MATCH, etag_of, require_match
from accounts.api.texts import Text
from accounts.exceptions import InputRefused
from accounts.models import User
from accounts.problems import described
from accounts.signed_in import person_of
from events.api.base import OwnView
from events.serializers.amounts import Amount, amount_schema
from events.serializers.cities import CityField
from personal import queries, services
from personal.models import (
    LEAST_RADIUS_KM,
    MOST_NOTICES_A_DAY,
    MOST_RADIUS_KM,
    NOTICES_A_DAY,
    RADIUS_KM,
    Preferences,
)
from personal.times import MOST_RANGES
from pipeline import patterns
from pipeline.taxonomy import SLUGS
from places.models import Area

_CLOCK = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
_CLOCK_TEXT = patterns.compile(_CLOCK.strip("^$"), longest=5)
_RANGE = {
    "type": "object",
    "required": ["day"],
    "additionalProperties": False,
    "properties": {
        "day": {"type": "integer", "minimum": 1, "maximum": 7, "description": "1 is Monday."},
        "from": {"type": "string", "pattern": _CLOCK, "default": "00:00"},
        "to": {"type": "string", "pattern": _CLOCK, "default": "23:59"},
    },
}

_RANGE_FIELDS = ("day", "from", "to")
_PRICE_DIGITS = 7


@extend_schema_field({"type": "string", "pattern": _CLOCK})
class _Clock(s.Field[Any, Any, Any, Any]):
    """A time of day, `18:00`."""

    def to_internal_value(self, data: Any) -> time:
        """Raises ValidationError."""
        if not isinstance(data, str) or not _CLOCK_TEXT.fullmatch(data):
            raise s.ValidationError(gettext("Write a time of day as 18:00."))
        return time.fromisoformat(data)

    def to_representation(self, value: time) -> str:
        return f"{value:%H:%M}"


class _Range(JsonSerializer):
    day = s.IntegerField(min_value=1, max_value=7)
    to = _Clock(required=False)

    def get_fields(self) -> dict[str, s.Field[Any, Any, Any, Any]]:
        """`from` is a word of Python."""
        return {**super().get_fields(), "from": _Clock(required=False)}


@extend_schema_field({"oneOf": [_RANGE, {"type": "integer", "minimum": 1, "maximum": 7}]})
class _Day(s.Field[Any, Any, Any, Any]):
    """A range of time on a weekday, or the number of a whole one."""

    def to_internal_value(self, data: Any) -> Any:
        """Raises ValidationError."""
        if isinstance(data, dict):
            if unknown := [name for name in data if name not in _RANGE_FIELDS]:
                raise s.ValidationError(
                    gettext("“%(name)s” is not known here; there are day, from and to.")
                    % {"name": str(unknown[0])[:40]}
                )
            asked = _Range(data=data)
            asked.is_valid(raise_exception=True)
            return asked.validated_data
        if not isinstance(data, int | float) or isinstance(data, bool):
            raise s.ValidationError(gettext("Give the number of a weekday, or a range of time on one."))
        return {"day": s.IntegerField(min_value=1, max_value=7).run_validation(data)}

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_field({"type": "string", "format": "area"})
class _Area(s.SlugRelatedField[Any]):
    """An area by its slug."""


@extend_schema_field(amount_schema(_PRICE_DIGITS))
class _Price(Amount):
    """An amount that the column takes."""


class Channels(JsonSerializer):
    """How the person wants to be told."""

    push = s.BooleanField(required=False, help_text="On at first.")
    mail = s.BooleanField(required=False, help_text="Off at first.")


class QuietHours(JsonSerializer):
    """When the person wants to be left alone, by the clock of their zone; over midnight where `to` is the earlier one."""

    to = _Clock(help_text="Excluded.")

    def get_fields(self) -> dict[str, s.Field[Any, Any, Any, Any]]:
        """`from` is a word of Python."""
        return {"from": _Clock(), **super().get_fields()}


class PreferencesFacts(JsonSerializer):
    """What a person wants to see; an empty field wants everything."""

    city = CityField(allow_null=True, required=False)
    area = _Area(
        slug_field="slug",
        queryset=Area.objects.select_related("city"),
        allow_null=True,
        required=False,
        help_text="Slug of a part of the city, around which the radius counts; or give a point. It brings its city along.",
    )
    lat = s.FloatField(
        min_value=-90,
        max_value=90,
        allow_null=True,
        required=False,
        help_text="WGS 84. A point in the city, with `lng`.",
    )
    lng = s.FloatField(min_value=-180, max_value=180, allow_null=True, required=False)
    radius_km = s.FloatField(
        min_value=LEAST_RADIUS_KM,
        max_value=MOST_RADIUS_KM,
        required=False,
        help_text=f"Around the area or the point; {RADIUS_KM} at first.",
    )
    categories = s.ListField(
        child=s.ChoiceField(choices=SLUGS),
        required=False,
        max_length=30,
        help_text="One of these, or a keyword.",
    )
    keywords = s.ListField(
        child=Text(max_length=60),
        required=False,
        max_length=20,
        help_text="Words of title, people or text.",
    )
    days = s.ListField(
        child=_Day(),
        required=False,
        max_length=MOST_RANGES,
        help_text="When it begins, by the clock there: ranges from `from` to `to`, both included, on weekdays, over midnight where `to` is the earlier "
        "one. A number alone is a whole day. What has only a date counts by its days.",
    )
    price_max = _Price(digits=_PRICE_DIGITS, allow_null=True, required=False, coerce_to_string=False)
    free_only = s.BooleanField(required=False)
    languages = s.ListField(
        child=Text(max_length=16),
        required=False,
        max_length=10,
        help_text="BCP 47; the first part decides.",
    )
    channels = Channels(required=False)
    notices_a_day = s.IntegerField(
        min_value=0,
        max_value=MOST_NOTICES_A_DAY,
        required=False,
        help_text=f"How often a day you are told of new events by mail and push; {NOTICES_A_DAY} at first. The rest is in the list of notices.",
    )
    quiet_hours = QuietHours(required=False, allow_null=True)


class PreferencesTold(PreferencesFacts):
    quiet_until = s.DateTimeField(
        allow_null=True, help_text="When the quiet hours end in which it is now; null outside of them."
    )


_WANTS = {
    "city": "bengaluru",
    "area": "indiranagar",
    "lat": None,
    "lng": None,
    "radius_km": 5.0,
    "categories": ["music"],
    "keywords": ["open mic"],
    "days": [{"day": 5, "from": "18:00", "to": "23:59"}, {"day": 6, "from": "16:00", "to": "02:00"}],
    "price_max": 1500,
    "free_only": False,
    "languages": ["en", "kn"],
    "channels": {"push": True, "mail": False},
    "notices_a_day": 5,
    "quiet_hours": {"from": "22:30", "to": "08:00"},
}


class OwnPreferences(OwnView):
    """One's preferences."""

    @extend_schema(
        operation_id="me_preferences",
        summary="One's preferences",
        responses=described({200: PreferencesTold}, 401),
        examples=[OpenApiExample("preferences", value={**_WANTS, "quiet_until": None}, response_only=True)],
        tags=["personal"],
    )
    def get(self, request: Request) -> Response:
        """Those that were set, else the defaults."""
        person = person_of(request)
        return _answer(_told(person, queries.preferences_of(person)))

    @extend_schema(
        operation_id="me_preferences_change",
        summary="Change one's preferences",
        parameters=[IF_MATCH],
        request=PreferencesFacts,
        responses=described({200: PreferencesTold}, 400, 401, 403, 412),
        examples=[
            OpenApiExample("preferences", value=_WANTS, request_only=True),
            OpenApiExample("told", value={**_WANTS, "quiet_until": None}, response_only=True),
        ],
        tags=["personal"],
    )
    def patch(self, request: Request) -> Response:
        """Change the given fields, all or none."""
        asked = PreferencesFacts(data=request.data)
        asked.is_valid(raise_exception=True)
        person = person_of(request)
        try:
            with transaction.atomic():
                User.objects.select_for_update(of=("self",)).only("pk").get(pk=person.pk)
                require_match(request, _told(person, queries.preferences_of(person)), apart=_APART)
                return _answer(
                    _told(person, services.set_preferences(person, _columns(asked.validated_data)))
                )
        except InputRefused as refused:
            raise ValidationError({_FIELDS.get(refused.field, refused.field): [refused.detail]}) from refused


def _answer(told: dict[str, Any]) -> Response:
    return Response(told, headers={"ETag": etag_of(told, apart=_APART)})


#: The clock moves the end of the present quiet; its person set the rest.
_APART = ("quiet_until",)
_FIELDS = {"quiet_from": "quiet_hours", "quiet_to": "quiet_hours"}


def _columns(said: dict[str, Any]) -> dict[str, Any]:
    """What was said, by the names of the model."""
    found = {name: value for name, value in said.items() if name not in ("days", "channels", "quiet_hours")}
    if "days" in said:
        found["times"] = said["days"]
    found |= said.get("channels", {})
    if "quiet_hours" in said:
        quiet = said["quiet_hours"] or {}
        found |= {"quiet_from": quiet.get("from"), "quiet_to": quiet.get("to")}
    return found


def _told(person: User, row: Preferences) -> dict[str, Any]:
    until = queries.quiet_until(row, queries.zone_of(person, row), now=timezone.now())
    quiet = (
        {"from": f"{row.quiet_from:%H:%M}", "to": f"{row.quiet_to:%H:%M}"}
        if row.quiet_from is not None and row.quiet_to is not None
        else None
    )
    return {
        "city": row.city.slug if row.city else None,
        "area": row.area.slug if row.area else None,
        "lat": row.lat,
        "lng": row.lng,
        "radius_km": row.radius_km,
        "categories": row.categories,
        "keywords": row.keywords,
        "days": row.times,
        "price_max": None if row.price_max is None else float(row.price_max),
        "free_only": row.free_only,
        "languages": row.languages,
        "channels": {"push": row.push, "mail": row.mail},
        "notices_a_day": row.notices_a_day,
        "quiet_hours": quiet,
        "quiet_until": until.isoformat() if until else None,
    }
