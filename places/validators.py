"""Validators for model fields, where the database's types are not enough."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, F, Func, Value
from django.db.models.functions import Cast
from django.db.models.lookups import IsNull

from pipeline.dates.zones import zone_named


def validate_timezone(name: str) -> None:
    """Refuse anything but an IANA name in the spelling of the time zone database. Raises ValidationError."""
    zone = zone_named(name)
    if zone is None or zone.key != name:
        meant = f" Did you mean {zone.key}?" if zone else ""
        raise ValidationError(
            f"{name[:64]!r} is not a time zone. Use a name such as Asia/Kolkata.{meant}", code="timezone"
        )


def zone_is_known(field: str = "timezone") -> Any:
    """The condition of a check constraint: PostgreSQL knows the zone in that field.

    It raises DataError rather than being false. A row with an unknown zone would break every query that
    computes local times in its table.
    """
    epoch = Cast(Value("1970-01-01 00:00:00+00"), DateTimeField())
    return IsNull(Func(F(field), epoch, function="timezone", output_field=DateTimeField()), False)
