"""What a person wants to see, and how they want to be told."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts import user_input
from accounts.exceptions import InputRefused
from accounts.models import User
from personal import times
from personal.models import LEAST_RADIUS_KM, MOST_RADIUS_KM, Preferences
from pipeline.geography.coordinates import haversine_km
from pipeline.taxonomy import BY_SLUG

#: Words that one person can name.
MOST_WORDS: Final = 20


def set_preferences(person: User, values: Mapping[str, Any], *, now: datetime | None = None) -> Preferences:
    """Set the given fields of the preferences, all or none, by their names in the model. Raises InputRefused.

    An area brings its city along where no city is given. What another city leaves behind goes: its area, a point outside of it.
    """
    checked = {name: _CHECKS[name](value) if name in _CHECKS else value for name, value in values.items()}
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).only("pk").get(pk=person.pk)
        row = Preferences.objects.select_related("city", "area").filter(user=person).first()
        row = row or Preferences(user=person)
        for name, value in checked.items():
            setattr(row, name, value)
        _settle_where(row, checked)
        _require_pair(row)
        row.updated_at = now or clock()
        row.save()
    return row


def _settle_where(row: Preferences, given: Mapping[str, Any]) -> None:
    """Make city, area and point agree. What was given now counts before what was there."""
    if given.get("area") and given.get("lat") is not None:
        raise InputRefused("area", gettext("cannot stand beside a point. Choose one of them."))
    if given.get("area"):
        row.lat = row.lng = None
        if not given.get("city"):
            row.city = given["area"].city
    elif given.get("lat") is not None:
        row.area = None
    if row.area is not None and (row.city is None or row.area.city_id != row.city.pk):
        _refuse_given(given, "area", gettext("is in another city. Choose one of the city's own areas."))
        row.area = None
    if row.lat is not None and row.lng is not None and not _is_inside(row, row.lat, row.lng):
        _refuse_given(
            given, "lat", gettext("and lng are outside of the city. Choose a city, and a point in it.")
        )
        row.lat = row.lng = None


def _is_inside(row: Preferences, lat: float, lng: float) -> bool:
    city = row.city
    return city is not None and haversine_km(lat, lng, city.lat, city.lng) <= city.radius_km


def _refuse_given(given: Mapping[str, Any], field: str, advice: str) -> None:
    """Raise InputRefused for what was given now; what was there before gives way."""
    if given.get(field) is not None:
        raise InputRefused(field, advice)


def _require_pair(row: Preferences) -> None:
    if (row.lat is None) != (row.lng is None):
        raise InputRefused(
            "lng" if row.lng is None else "lat", gettext("is missing. Give lat and lng together.")
        )
    if (row.quiet_from is None) != (row.quiet_to is None):
        missing = "quiet_to" if row.quiet_to is None else "quiet_from"
        raise InputRefused(missing, gettext("is missing. Say when the quiet hours begin and when they end."))


def _categories(given: Iterable[str]) -> list[str]:
    slugs = list(dict.fromkeys(given))
    if unknown := [slug for slug in slugs if slug not in BY_SLUG]:
        raise InputRefused("categories", gettext("name no category “%(slug)s”.") % {"slug": unknown[0][:40]})
    return slugs


def _words(given: Iterable[str]) -> list[str]:
    words = [user_input.line("keywords", word, most=60) for word in given]
    if len(words) > MOST_WORDS:
        raise InputRefused(
            "keywords", gettext("are at most %(number)s. Leave some out.") % {"number": MOST_WORDS}
        )
    return [word for word in dict.fromkeys(words) if word]


def _times(given: Iterable[Any]) -> list[dict[str, Any]]:
    return [one.to_json() for one in times.checked(given)]


def _languages(given: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(user_input.line("languages", tag, most=16) for tag in given if tag.strip()))


def _radius(given: float) -> float:
    if not LEAST_RADIUS_KM <= given <= MOST_RADIUS_KM:
        raise InputRefused(
            "radius_km",
            gettext("is from %(least)s to %(most)s.") % {"least": LEAST_RADIUS_KM, "most": MOST_RADIUS_KM},
        )
    return given


_CHECKS: Final[Mapping[str, Any]] = {
    "categories": _categories,
    "keywords": _words,
    "times": _times,
    "languages": _languages,
    "radius_km": _radius,
}
