"""The words of a mail around its events, in the active language."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext, pgettext

from digests.compose.content import Entry, Part
from digests.enums import Cadence
from digests.models import Subscription
from digests.targets import narrowed_words, words_of, zone_of
from events.words import calendar_day, date_range_words, weekday
from pipeline.text.sanitize.mending import without_controls
from places.forecast import HOT, WET
from places.models import City
from places.queries import CityWeather
from places.queries.weather import weather_by_city

#: Letters of a subject, and of the title in it; telephones show some 40.
SUBJECT: Final = 180
_TITLE: Final = 60
#: Days of the forecast that are told.
_DAYS: Final = 4


def what_of(subscription: Subscription) -> str:
    """What a mail is about: `Bengaluru`, `Bengaluru: Music, Film`."""
    narrowed = narrowed_words(subscription)
    return one_line(f"{words_of(subscription)}: {narrowed}" if narrowed else words_of(subscription))


def one_line(text: str) -> str:
    """One line without control characters and bidirectional overrides, for a header."""
    return " ".join(without_controls(text).split())


def subject_of(what: str, parts: Sequence[Part]) -> str:
    """The subject, from the content: what was called off or changed first, else the first event."""
    part = parts[0]
    first, more = part.entries[0], sum(len(one.entries) for one in parts) - 1
    title = Truncator(first.title).chars(_TITLE)
    if part.is_changed:
        said = {
            "title": title,
            "state": first.states[0].word if first.states else gettext("Changed"),
            "what": what,
        }
        if more:
            return _cut(gettext("%(state)s: %(title)s. And more in %(what)s") % said)
        return _cut(gettext("%(state)s: %(title)s") % said)
    told: dict[str, str | int] = {
        "title": title,
        "day": f"{first.weekday} {first.day}",
        "what": what,
        "number": more,
    }
    if not more:
        return _cut(gettext("%(what)s: %(title)s, %(day)s") % told)
    words = ngettext(
        "%(what)s: %(title)s, %(day)s, and %(number)d more",
        "%(what)s: %(title)s, %(day)s, and %(number)d more",
        more,
    )
    return _cut(words % told)


def _cut(text: str) -> str:
    return one_line(text)[:SUBJECT]


def preheader_of(parts: Sequence[Part]) -> str:
    """What mail programs show beside the subject: the next titles."""
    titles = [entry.title for part in parts for entry in part.entries][1:4]
    return "; ".join(titles) or _first_text(parts)


def _first_text(parts: Sequence[Part]) -> str:
    first = parts[0].entries[0]
    return first.text or first.facts


def span_of(subscription: Subscription, *, now: datetime, days: timedelta) -> str:
    """`Mon 23 to Sun 29 Nov`: what the mail is about, where it is about a week."""
    today = now.astimezone(zone_of(subscription)).date()
    last = today + days - timedelta(days=1)
    return date_range_words(today, last, today=today - timedelta(days=2))


def weather_of(subscription: Subscription, *, now: datetime) -> tuple[str, str]:
    """One line about the coming days in its city, and whose forecast it is; empty where it is not known."""
    if subscription.city is None:
        return "", ""
    weather = _weather(subscription.city, now.replace(minute=0, second=0, microsecond=0))
    if weather is None:
        return "", ""
    return weather_words(weather.daily, zone_of(subscription), now=now), weather.attribution


def weather_words(daily: Sequence[Mapping[str, Any]], zone: ZoneInfo, *, now: datetime) -> str:
    """`Mon 24 °C, Tue 22 °C with rain`; '' where no day is told."""
    said: list[str] = []
    for step in daily[: _DAYS + 1]:
        try:
            day = datetime.fromisoformat(str(step.get("at", ""))).astimezone(zone).date()
        except ValueError:
            continue
        warmth = step.get("max_c", step.get("temperature_c"))
        if day < now.astimezone(zone).date() or not isinstance(warmth, int | float) or len(said) == _DAYS:
            continue
        said.append(_day_words(weekday(day), warmth, step.get("precipitation")))
    return ", ".join(said)


def _day_words(day: str, warmth: float, rain: Any) -> str:
    named = {"day": day, "degrees": round(warmth)}
    if isinstance(rain, int | float) and rain >= WET:
        return gettext("%(day)s %(degrees)s °C with rain") % named
    if warmth >= HOT:
        return gettext("%(day)s hot, %(degrees)s °C") % named
    return gettext("%(day)s %(degrees)s °C") % named


@lru_cache(maxsize=128)
def _weather(city: City, hour: datetime) -> CityWeather | None:
    """The forecast of an hour, read once for all mails of a city."""
    return weather_by_city([city], now=hour).get(city.pk)


def why_of(subscription: Subscription, what: str) -> str:
    """Why somebody gets the mail."""
    said = {"site": settings.SITE_NAME, "what": what}
    if subscription.confirmed_at is not None:
        day = subscription.confirmed_at.astimezone(zone_of(subscription)).date()
        said["day"] = calendar_day(day, today=day - timedelta(days=400))
    else:
        said["day"] = ""
    if subscription.cadence == Cadence.DAILY:
        return gettext("You get this because on %(day)s you asked %(site)s for one mail a day about %(what)s.") % said  # fmt: skip
    if subscription.cadence == Cadence.INSTANT:
        return gettext("You get this because on %(day)s you asked %(site)s for new events at once: %(what)s.") % said  # fmt: skip
    return gettext("You get this because on %(day)s you asked %(site)s for one mail a week about %(what)s.") % said  # fmt: skip


def heading_of(part: Part, subscription: Subscription) -> str:
    """What stands over the entries of a part."""
    if part.is_changed:
        return gettext("Changed since we told you")
    if subscription.cadence == Cadence.INSTANT:
        return gettext("New")
    return pgettext("heading of a mail", "For you") if subscription.user_id else gettext("Our pick")


def labels_of(entry: Entry) -> list[tuple[str, str]]:
    """What readers must see of an event as (shape, words): its states, and that it is a sample."""
    said = [
        (state.slug, f"{state.word} ({state.detail})" if state.detail else state.word)
        for state in entry.states
    ]
    return [*said, ("sample", gettext("Sample, not a real event"))] if entry.is_sample else said
