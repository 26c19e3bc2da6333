"""Corrections of an event by readers: texts by field, checked, compared with the present values, turned into columns.

Times are local to the event (`2026-12-12T20:00`), a price is in words.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.utils.translation import gettext, gettext_noop

from accounts.exceptions import InputRefused
from accounts.user_input import checked
from events.models import Event
from events.words import price_words
from pipeline.dates.event_times import as_local, zone_or_utc
from pipeline.money.prices import read_text

TIMES: Final = ("start_at", "end_at")
_TEXTS: Final = ("title", "venue_name", "address", "url", "ticket_url")
#: What a reader can correct, with its name for people.
FIELDS: Final[Mapping[str, str]] = {
    "title": gettext_noop("Name"),
    "start_at": gettext_noop("Begins"),
    "end_at": gettext_noop("Ends"),
    "venue_name": gettext_noop("Place"),
    "address": gettext_noop("Address"),
    "price": gettext_noop("Price"),
    "url": gettext_noop("Page"),
    "ticket_url": gettext_noop("Tickets"),
}
_FORMAT: Final = "%Y-%m-%dT%H:%M"


def present(event: Event) -> dict[str, str]:
    """The present values, as a reader would write them; '' where one is not known."""
    zone = zone_or_utc(event.timezone)
    moments = {name: getattr(event, name) if event.time_known else None for name in TIMES}
    times = {
        name: moment.astimezone(zone).strftime(_FORMAT) if moment else "" for name, moment in moments.items()
    }
    price = price_words(event.price_type, event.price_min, event.price_max, event.price_currency)
    texts = {name: getattr(event, name) for name in _TEXTS}
    found = {**texts, **times, "price": price}
    return {name: found[name] for name in FIELDS}


def differing(event: Event, given: Mapping[str, str]) -> dict[str, str]:
    """Those of the given texts that say something else than the event does. Raises InputRefused."""
    before = present(event)
    found = {
        name: text
        for name in FIELDS
        if (text := " ".join(str(given.get(name) or "").split())) and text != before[name]
    }
    columns_of(event, found)
    return found


def columns_of(event: Event, corrections: Mapping[str, str]) -> dict[str, Any]:
    """The columns that the corrections set. Raises InputRefused, which names the field and the remedy."""
    texts = {name: text for name, text in corrections.items() if name in _TEXTS}
    values = checked(Event, texts)
    values |= _times(event, {name: corrections[name] for name in TIMES if name in corrections})
    if "price" in corrections:
        values |= _price(event, corrections["price"])
    return values


def _times(event: Event, corrections: Mapping[str, str]) -> dict[str, Any]:
    """The corrected times. An end that would precede a corrected start keeps its distance."""
    if not corrections:
        return {}
    zone = zone_or_utc(event.timezone)
    moments = {name: as_local(_local(name, text), zone).astimezone(UTC) for name, text in corrections.items()}
    start = moments.get("start_at", event.start_at)
    end = moments.get("end_at", event.end_at)
    if end is not None and end < start:
        if "end_at" in moments:
            raise InputRefused(FIELDS["end_at"], gettext("is before the beginning. Check both."))
        end = start + (end - event.start_at)
    last = (end or start).astimezone(zone).date()
    return {
        "start_at": start, "end_at": end, "start_date": start.astimezone(zone).date(), "end_date": last,
        "time_known": True, "all_day": False,
    }  # fmt: skip


def _local(name: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None or not 2000 <= moment.year <= 2200:
            raise ValueError
    except ValueError:
        raise InputRefused(
            FIELDS[name], gettext("is a day and a time of the place, such as 2026-12-12T20:00.")
        ) from None
    return moment


def _price(event: Event, text: str) -> dict[str, Any]:
    country = event.city.country if event.city else ""
    price, sure = read_text(text[:100], currency=event.price_currency, country=country)
    if not sure:
        raise InputRefused(FIELDS["price"], gettext("could not be read. Write it such as free, or Rs 500."))
    return {
        "price_type": price.type.value,
        "price_min": price.min,
        "price_max": price.max,
        "price_currency": price.currency,
    }
