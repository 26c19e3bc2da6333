"""Moments as commands are given them."""

from datetime import UTC, datetime, timedelta

from django.core.management.base import CommandError
from django.utils.dateparse import parse_datetime


def since_of(text: str, now: datetime) -> datetime:
    """A number of days before `now`, or a moment in ISO 8601."""
    return now - timedelta(days=float(text)) if text.replace(".", "", 1).isdigit() else moment_of(text, "--since")


def moment_of(text: str, option: str) -> datetime:
    """A moment in ISO 8601, in UTC where it says no zone. Raises CommandError, which names the option."""
    try:
        moment = parse_datetime(text) or datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{option}: {text!r} is no moment; use ISO 8601, such as 2026-11-21T18:00:00+00:00.", returncode=2) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
