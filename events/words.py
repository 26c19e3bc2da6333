"""Times, prices and counts in words. Pure: the caller gives `now`."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from pipeline.dates.event_times import is_evening, night_of

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")  # fmt: skip
#: The usual languages of events, by ISO 639-1.
_LANGUAGES = {
    "en": "English", "hi": "Hindi", "kn": "Kannada", "ta": "Tamil", "te": "Telugu", "ml": "Malayalam", "mr": "Marathi", "bn": "Bengali",
    "ur": "Urdu", "es": "Spanish", "fr": "French", "de": "German", "it": "Italian", "pt": "Portuguese", "nl": "Dutch", "ja": "Japanese",
}  # fmt: skip
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "JPY": "¥"}


def clock(moment: datetime) -> str:
    """`20:05`."""
    return moment.strftime("%H:%M")


def weekday(day: date, *, long: bool = False) -> str:
    """`Sat`, or `Saturday`."""
    return (_LONG_DAYS if long else _DAYS)[day.weekday()]


def calendar_day(day: date, *, today: date, long: bool = False) -> str:
    """`Sat 12 Dec`; with the year where it is more than 300 days away."""
    words = f"{weekday(day, long=long)} {day.day} {_MONTHS[day.month - 1]}"
    return f"{words} {day.year}" if abs((day - today).days) > 300 else words


def month_words(day: date) -> str:
    """`December 2026`."""
    return f"{_LONG_MONTHS[day.month - 1]} {day.year}"


def day_words(day: date, *, today: date) -> str:
    """`Today`, `Tomorrow`, `Yesterday`, otherwise the calendar day."""
    near = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}
    return near.get((day - today).days) or calendar_day(day, today=today)


def start_day_words(start: datetime, *, now: datetime) -> str:
    """Like `day_words`, but `Tonight` for a start in the evening or night of `now`.

    Both local to the event.
    """
    if night_of(start) == night_of(now) and is_evening(start):
        return "Tonight"
    return day_words(start.date(), today=now.date())


def date_range_words(first: date, last: date, *, today: date) -> str:
    """`Fri 20 to Sun 22 Nov`, or one day where both are the same."""
    if first == last:
        return day_words(first, today=today)
    if (first.year, first.month) == (last.year, last.month):
        return f"{weekday(first)} {first.day} to {calendar_day(last, today=today)}"
    return f"{calendar_day(first, today=today)} to {calendar_day(last, today=today)}"


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


def since_words(moment: datetime, *, now: datetime) -> str:
    """How long ago: `just now`, `12 min ago`, `3 h ago`, `on Tuesday`, `on 3 Nov`.

    Both are aware, in the same zone.
    """
    seconds = max((now - moment).total_seconds(), 0)
    if seconds < 90:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if seconds < 24 * 3600:
        return f"{int(seconds // 3600)} h ago"
    days = (now.date() - moment.date()).days
    if days <= 6:
        return f"on {weekday(moment.date(), long=True)}"
    return f"on {moment.day} {_MONTHS[moment.month - 1]}" + ("" if days < 300 else f" {moment.year}")


def lasting_words(start: datetime, end: datetime) -> str:
    """`2 h`, `1 h 30 min`, `45 min`; '' for an empty span, or one of more than a day."""
    minutes = int((end - start).total_seconds() // 60)
    if not 0 < minutes <= 24 * 60:
        return ""
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)


def money(amount: Decimal, currency: str) -> str:
    """`₹500`, `$12.50`, `CHF 20`; decimals only where needed. `currency` is ISO 4217, or ''."""
    digits = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
    sign = _SIGNS.get(currency)
    if sign:
        return sign + digits
    return f"{currency} {digits}" if currency else digits


def price_words(kind: str, low: Decimal | None, high: Decimal | None, currency: str) -> str:
    """`Free`, `₹500`, `₹500 to ₹1,200`, `from ₹500`, `Donation`, `Paid`.

    '' where unknown, which does not mean free.
    """
    if kind == "free":
        return "Free"
    amount = _amounts(low, high, currency)
    if kind == "donation":
        return f"Donation, {amount}" if amount else "Donation"
    if amount:
        return amount
    return {"paid": "Paid", "variable": "Price varies"}.get(kind, "")


def _amounts(low: Decimal | None, high: Decimal | None, currency: str) -> str:
    if low is None and high is None:
        return ""
    if low is None:
        return f"up to {money(high or Decimal(0), currency)}"
    if high is None:
        return f"from {money(low, currency)}"
    return money(low, currency) if low == high else f"{money(low, currency)} to {money(high, currency)}"


def count_words(number: int, noun: str, plural: str = "") -> str:
    """`1 event`, `38 events`, `1,204 events`; `no events` for none."""
    if number == 0:
        return f"no {plural or noun + 's'}"
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def language_words(code: str) -> str:
    """`English` for `en` and `en-IN`; an unusual language is its code."""
    return _LANGUAGES.get(code.split("-")[0], code)
