"""Times, prices and counts in words, in the language of the page. The caller gives `now`."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from babel import Locale
from django.utils.translation import gettext, gettext_noop, ngettext

from languages.dates import day_in_words
from languages.numbers import money_words, number_words
from languages.reading import current_code, current_locale
from pipeline import taxonomy
from pipeline.contract.fields import simple_words
from pipeline.dates.event_times import is_evening, night_of

#: The labels of simple fields: here the catalogues find them.
LABELS: Final = (gettext_noop("Age limit"), gettext_noop("Dress code"))


def clock(moment: datetime) -> str:
    """`20:05`."""
    return moment.strftime("%H:%M")


def weekday(day: date, *, long: bool = False) -> str:
    """`Sat`, or `Saturday`."""
    return day_in_words(day, "EEEE" if long else "E")


def calendar_day(day: date, *, today: date, long: bool = False) -> str:
    """`Sat 12 Dec`; with the year where it is more than 300 days away."""
    year = "y" if abs((day - today).days) > 300 else ""
    return day_in_words(day, f"{year}MMMEEEEd" if long else f"{year}MMMEd")


def short_day(day: date, *, today: date | None = None) -> str:
    """`12 Dec`; with the year where it is more than 300 days from `today`."""
    return day_in_words(day, "yMMMd" if today and abs((day - today).days) > 300 else "MMMd")


def month_words(day: date) -> str:
    """`December 2026`."""
    return day_in_words(day, "yMMMM")


def day_words(day: date, *, today: date) -> str:
    """`Today`, `Tomorrow`, `Yesterday`, otherwise the calendar day."""
    match (day - today).days:
        case -1:
            return gettext("Yesterday")
        case 0:
            return gettext("Today")
        case 1:
            return gettext("Tomorrow")
    return calendar_day(day, today=today)


def start_day_words(start: datetime, *, now: datetime) -> str:
    """Like `day_words`, but `Tonight` for a start in the evening or night of `now`.

    Both local to the event.
    """
    if night_of(start) == night_of(now) and is_evening(start):
        return gettext("Tonight")
    return day_words(start.date(), today=now.date())


def when_words(when: str) -> str:
    """A named span of days as people say it within a sentence: `this weekend`."""
    return {
        "today": gettext("today"),
        "tonight": gettext("tonight"),
        "tomorrow": gettext("tomorrow"),
        "weekend": gettext("this weekend"),
        "week": gettext("this week"),
    }[when]


def date_range_words(first: date, last: date, *, today: date) -> str:
    """`Fri 20 to Sun 22 Nov`, or one day where both are the same."""
    if first == last:
        return day_words(first, today=today)
    same_month = (first.year, first.month) == (last.year, last.month)
    begin = day_in_words(first, "Ed") if same_month else calendar_day(first, today=today)
    return span_words(begin, calendar_day(last, today=today))


def span_words(first: str, last: str) -> str:
    """`Fri 20 to Sun 22 Nov`, `20:00 to 23:00`, `₹500 to ₹1,200`."""
    return gettext("%(first)s to %(last)s") % {"first": first, "last": last}


def zone_words(moment: datetime) -> str:
    """`IST`, `CET`; `UTC+5:30` for a zone without an abbreviation."""
    name = moment.tzname() or ""
    if name.isalpha():
        return name
    offset = moment.utcoffset() or timedelta(0)
    minutes = int(offset.total_seconds() // 60)
    sign = "−" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def capitalized(words: str) -> str:
    """With a large first letter, where the script has one; the rest as it is."""
    return words[:1].upper() + words[1:]


def since_words(moment: datetime, *, now: datetime) -> str:
    """How long ago: `just now`, `12 min ago`, `3 h ago`, `on Tuesday`, `on 3 Nov`.

    Both are aware, in the same zone.
    """
    seconds = max((now - moment).total_seconds(), 0)
    if seconds < 90:
        return gettext("just now")
    if seconds < 3600:
        return gettext("%(minutes)s min ago") % {"minutes": int(seconds // 60)}
    if seconds < 24 * 3600:
        return gettext("%(hours)s h ago") % {"hours": int(seconds // 3600)}
    days = (now.date() - moment.date()).days
    if days <= 6:
        return gettext("on %(day)s") % {"day": weekday(moment.date(), long=True)}
    return gettext("on %(day)s") % {"day": day_in_words(moment.date(), "MMMd" if days < 300 else "yMMMd")}


def lasting_words(start: datetime, end: datetime) -> str:
    """`2 h`, `1 h 30 min`, `45 min`; '' for an empty span, or one of more than a day."""
    minutes = int((end - start).total_seconds() // 60)
    if not 0 < minutes <= 24 * 60:
        return ""
    hours, rest = divmod(minutes, 60)
    parts = (
        gettext("%(hours)s h") % {"hours": hours} if hours else "",
        gettext("%(minutes)s min") % {"minutes": rest} if rest else "",
    )
    return " ".join(part for part in parts if part)


def money(amount: Decimal, currency: str) -> str:
    """`₹500`, `$12.50`, `CHF 20`; decimals only where needed. `currency` is ISO 4217, or ''."""
    return money_words(amount, currency)


def price_words(kind: str, low: Decimal | None, high: Decimal | None, currency: str) -> str:
    """`Free`, `₹500`, `₹500 to ₹1,200`, `from ₹500`, `Donation`, `Paid`.

    '' where unknown, which does not mean free.
    """
    if kind == "free":
        return gettext("Free")
    amount = _amounts(low, high, currency)
    if kind == "donation":
        return gettext("Donation, %(amount)s") % {"amount": amount} if amount else gettext("Donation")
    if amount:
        return amount
    return {"paid": gettext("Paid"), "variable": gettext("Price varies")}.get(kind, "")


def _amounts(low: Decimal | None, high: Decimal | None, currency: str) -> str:
    if low is None and high is None:
        return ""
    if low is None:
        return gettext("up to %(amount)s") % {"amount": money(high or Decimal(0), currency)}
    if high is None:
        return gettext("from %(amount)s") % {"amount": money(low, currency)}
    return money(low, currency) if low == high else span_words(money(low, currency), money(high, currency))


def count_words(number: int, noun: str, plural: str = "") -> str:
    """`1 picture`, `38 pictures`; `no pictures` for none. For the desk, which is in English; readers get `event_count`."""
    if number == 0:
        return f"no {plural or noun + 's'}"
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def event_count(number: int) -> str:
    """`1 event`, `38 events`, `1,204 events`; `no events` for none."""
    if number == 0:
        return gettext("no events")
    return ngettext("%(count)s event", "%(count)s events", number) % {"count": number_words(number)}


def language_words(code: str) -> str:
    """`English` for `en` and `en-IN`; an unknown language is its code."""
    return str(Locale.parse(current_locale()).languages.get(code.split("-")[0], code))


def stated_words(event: Any) -> list[tuple[str, str]]:
    """The known simple fields of an event (pipeline.contract.fields) as (label, words)."""
    return [(gettext(label), words) for label, words in simple_words(event)]


def category_name(slug: str) -> str:
    """The name of a category; an unknown slug is itself."""
    return category_names().get(slug, slug)


def category_names() -> Mapping[str, str]:
    """The names of all categories by slug, in the language of the page."""
    return _category_names(current_code())


@lru_cache(maxsize=16)
def _category_names(_language: str) -> Mapping[str, str]:
    return {slug: gettext(category.name) for slug, category in taxonomy.BY_SLUG.items()}


def subcategory_name(category: str, slug: str) -> str:
    """The name of a subcategory of `category`; an unknown slug is itself."""
    return gettext(taxonomy.subcategory_name(category, slug))
