"""What searches ask for, in words."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from events.filters import EventFilter
from events.models import Organizer, Origin
from events.words import (
    capitalized,
    category_name,
    date_range_words,
    day_words,
    language_words,
    span_words,
    when_words,
)
from languages.numbers import number_words
from places.models import Place
from places.queries import gazetteer

Names = dict[Any, str]


def said(filters: Iterable[EventFilter], *, today: date) -> list[list[str]]:
    """The conditions of each filter, each in words. At most three queries, however many filters there are."""
    asked = list(filters)
    names = _names(asked)
    return [_said(wanted, names, today) for wanted in asked]


def title_of(conditions: Sequence[str]) -> str:
    """A name for a search with these conditions: `Jazz, Bengaluru, free`."""
    return ", ".join(conditions)[:100] or gettext("All events")


def _names(asked: Sequence[EventFilter]) -> Names:
    facts = gazetteer()
    names: Names = {city.slug: city.name for city in facts.cities}
    names |= {("area", area.slug): area.name for area in facts.areas}
    for model, name, by in (
        (Place, "venue", "pk"),
        (Organizer, "organizer", "pk"),
        (Origin, "source", "slug"),
    ):
        if wanted := {value for one in asked if (value := getattr(one, name))}:
            rows = model._default_manager.filter(**{f"{by}__in": wanted})  # type: ignore[attr-defined]
            names |= {(name, key): called for key, called in rows.values_list(by, "name")}
    return names


def _said(wanted: EventFilter, names: Names, today: date) -> list[str]:
    found = [
        f"“{wanted.q}”" if wanted.q else "",
        *map(category_name, wanted.categories),
        *(f"#{tag}" for tag in wanted.tags),
        _price(wanted),
        *_times(wanted, today),
        names.get(("area", wanted.area), wanted.area),
        names.get(wanted.city, wanted.city),
        *(names.get((name, value), "…") for name in ("venue", "organizer", "source") if (value := getattr(wanted, name))),
        _around(wanted),
        *_others(wanted),
    ]  # fmt: skip
    return [capitalized(words) for words in found if words]


def _price(wanted: EventFilter) -> str:
    if wanted.price:
        return gettext("Free") if wanted.price == "free" else gettext("Paid")
    if wanted.price_max is not None:
        return gettext("up to %(amount)s") % {"amount": number_words(wanted.price_max)}
    return ""


def _times(wanted: EventFilter, today: date) -> list[str]:
    found = [when_words(wanted.when.value) if wanted.when else ""]
    if wanted.day:
        found.append(day_words(wanted.day, today=today))
    first = wanted.from_day or (wanted.start_after.date() if wanted.start_after else None)
    last = wanted.to_day or (wanted.start_before.date() if wanted.start_before else None)
    if first and last:
        found.append(date_range_words(first, last, today=today))
    elif first:
        found.append(gettext("from %(day)s on") % {"day": day_words(first, today=today)})
    elif last:
        found.append(gettext("until %(day)s") % {"day": day_words(last, today=today)})
    if wanted.from_hour or wanted.to_hour:
        hours = (f"{hour:%H:%M}" if hour else "" for hour in (wanted.from_hour, wanted.to_hour))
        found.append(span_words(*hours).strip())
    return found


def _around(wanted: EventFilter) -> str:
    if wanted.radius_km is not None:
        return gettext("within %(distance)s km of a point") % {
            "distance": number_words(Decimal(str(wanted.radius_km)))
        }
    return gettext("in a part of the map") if wanted.bbox else ""


def _others(wanted: EventFilter) -> list[str]:
    return [
        gettext("in %(language)s") % {"language": language_words(wanted.language)} if wanted.language else "",
        gettext("online") if wanted.online == "yes" else gettext("there and online") if wanted.online == "both" else "",
        gettext("for guests of %(age)s years") % {"age": wanted.guest_age} if wanted.guest_age is not None else "",
        gettext("from %(age)s years on") % {"age": wanted.least_age} if wanted.least_age is not None else "",
        *(word.replace("_", " ") for word in wanted.statuses),
    ]  # fmt: skip
