"""Values of events in plain words for moderators, and the differences between two texts.

Pure. A value comes from a column, from the JSON of a proposal, or as the text that older evidence holds.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from rapidfuzz.distance import Indel

from events.ongoing import hours_words
from events.words import calendar_day, clock, language_words, money, zone_words
from pipeline import taxonomy
from pipeline.contract.fields import SIMPLE, is_known
from pipeline.dates.event_times import zone_or_utc
from pipeline.text.markup import lines_of

#: What stands for an unknown value.
UNKNOWN: Final = "not known"
#: Only so many characters of a text are shown and compared, and so many items of a list.
LONGEST: Final = 4_000
MOST_ITEMS: Final = 40
#: Only so many words and signs between the common beginning and end of two texts are aligned one by one.
_MOST_ALIGNED: Final = 2_000
#: Two words with at least this share of letters in common are one word with a difference.
_SAME_WORD: Final = 0.5
_NEVER: Final = date.min

#: Columns whose name says too little or too much.
_LABELS: Final[Mapping[str, str]] = {
    "start_at": "starts", "end_at": "ends", "start_date": "first day", "end_date": "last day", "end_predicted_at": "likely end",
    "doors_at": "doors", "previous_start_at": "started before at", "timezone": "time zone", "time_known": "time of day known",
    "venue_name": "venue", "venue_city": "town by its source", "lat": "latitude", "lng": "longitude",
    "around_lat": "latitude nearby", "around_lng": "longitude nearby", "venue_external_ids": "numbers of the venue", "place": "venue known here",
    "online_url": "online address", "url": "page", "ticket_url": "tickets", "price_type": "price", "price_min": "lowest price",
    "price_max": "highest price", "price_currency": "currency", "offers": "prices", "setting": "indoors or outdoors",
    "capacity": "seats", "registration_required": "sign-up needed", "happening": "takes place", "raw_title": "title as published",
    "images": "pictures", "quality_score": "quality", "flags": "checks", "extraction_method": "how it was read", "series": "series",
    "recurrence_id": "date of the series", "slug": "end of its address", "merged_into": "merged into",
}  # fmt: skip
#: The words of enumerations, where the value itself is none.
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "online": {"no": "at a venue", "yes": "online", "both": "at a venue and online"},
    "setting": {"indoor": "indoors", "outdoor": "outdoors", "unknown": UNKNOWN},
    "price_type": {"free": "free", "paid": "paid", "donation": "donation", "variable": "price varies", "unknown": UNKNOWN},
    "happening": {"scheduled": "as planned", "rescheduled": "at a new time", "postponed": "postponed", "cancelled": "cancelled"},
    "publication": {
        "draft": "a draft", "pending": "waiting for a moderator", "approved": "published", "rejected": "rejected", "flagged": "held back",
        "archived": "over, in the archive", "removed": "removed", "merged": "merged into another event",
    },
    "extraction_method": {"structured": "from data in the page", "selector": "from marked parts of it", "text": "from prose", "ai": "by a language model"},
    "freshness": {"seen": "still listed", "missing": "no longer listed", "gone": "taken down"},
}  # fmt: skip
#: Booleans as older evidence holds them.
_TRUTHS: Final[Mapping[str, bool]] = {"True": True, "False": False}


def label(column: str) -> str:
    """A column's heading for people: `starts` for `start_at`, `venue` for `venue_name`, `city` for `city_id`."""
    name = column.removesuffix("_id") if column != "recurrence_id" else column
    if name in SIMPLE:
        return SIMPLE[name].label.lower()
    return _LABELS.get(name, name.removesuffix("_at").replace("_", " "))


def shown(column: str, value: Any, *, zone: ZoneInfo | str, currency: str = "") -> str:
    """A column's value in words, on one line except for a description.

    `zone` is the event's own, in which its times are said, and named. `currency` is ISO 4217. A linked object
    is given as itself or as its name.
    """
    name = column.removesuffix("_id") if column != "recurrence_id" else column
    known = _read(name, value)
    if known is None or known in ("", "None", [], {}, ()):
        return UNKNOWN
    if isinstance(known, bool):
        return "yes" if known else "no"
    if isinstance(known, datetime):
        return moment_words(known, zone)
    if isinstance(known, date):
        return calendar_day(known, today=_NEVER)
    if isinstance(known, Decimal):
        return money(known, currency)
    if name in SIMPLE:
        return SIMPLE[name].display(known) if is_known(name, known) else UNKNOWN
    return _bounded(_worded(name, known))


def moment_words(moment: datetime, zone: ZoneInfo | str) -> str:
    """`Sat 21 Nov 2026, 20:00 IST`: a moment in `zone`, which it names. One without a zone is local there."""
    there = zone_or_utc(zone) if isinstance(zone, str) else zone
    local = moment.astimezone(there) if moment.tzinfo else moment.replace(tzinfo=there)
    return f"{calendar_day(local.date(), today=_NEVER)}, {clock(local)} {zone_words(local)}"


def marked(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Two texts as markup: what only the first has in `<del>`, what only the second has in `<ins>`.

    Words are compared; within two words that are nearly the same only the letters that differ are marked.
    The time is linear in the length, since only a bounded part between common ends is aligned.
    """
    old, new = _tokens(before[:LONGEST]), _tokens(after[:LONGEST])
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for ours, theirs in _aligned(old, new):
        if ours == theirs:
            left.append(("".join(ours), False))
            right.append(("".join(theirs), False))
        else:
            for side, part in zip((left, right), _within(ours, theirs), strict=True):
                side.extend(part)
    return _markup(left, "del"), _markup(right, "ins")


def _read(name: str, value: Any) -> Any:
    """The value with its type, where it came as the text of older evidence or of JSON."""
    if not isinstance(value, str):
        if name in ("price_min", "price_max") and value is not None and not isinstance(value, bool):
            return Decimal(str(value))
        return value
    if value in _TRUTHS:
        return _TRUTHS[value]
    with suppress(ValueError, SyntaxError, InvalidOperation, RecursionError, MemoryError):
        if name.endswith("_at") or name in ("start", "end", "doors"):
            return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        if name.endswith("_date"):
            return date.fromisoformat(value)
        if name in ("price_min", "price_max"):
            return Decimal(value)
        if name in SIMPLE and value.isdecimal():
            return int(value[:9])
        if value[:1] in "[{" and value[-1:] in "]}" and len(value) <= LONGEST * 5:
            return ast.literal_eval(value)
    return value


def _worded(name: str, value: Any) -> str:
    if name == "quality" and isinstance(value, Mapping):
        return f"{value.get('score', 0):.2f}, grade {value.get('grade') or '–'}"
    if name == "images":
        return _pictures(value)
    if name == "flags" and isinstance(value, Iterable):
        return "; ".join(
            str(flag.get("reason", "")) if isinstance(flag, Mapping) else str(flag) for flag in value
        )
    if isinstance(value, Mapping):
        return ", ".join(
            f"{str(key).replace('_', ' ')}: {_plain(item)}" for key, item in [*value.items()][:MOST_ITEMS]
        )
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_plain(item) for item in [*value][:MOST_ITEMS]) + _more(len(value))
    if name in ("lat", "lng", "around_lat", "around_lng", "quality_score"):
        return f"{float(value):.5f}".rstrip("0").rstrip(".")
    text = str(value)
    if name in _WORDS:
        return _WORDS[name].get(text, text.replace("_", " "))
    if name == "category" and isinstance(value, str):
        return taxonomy.BY_SLUG[text].name if text in taxonomy.BY_SLUG else text
    if name == "language":
        return language_words(text)
    if name == "opening_hours":
        return hours_words(text)
    if name == "timezone":
        return text.replace("_", " ")
    return lines_of(text) if name == "description" else " ".join(text.split())


def _pictures(value: Any) -> str:
    """`2 pictures: example.org, cdn.example.org`."""
    pictures = [value] if isinstance(value, str | Mapping) else [*value]
    addresses = [str(one.get("url", "")) if isinstance(one, Mapping) else str(one) for one in pictures]
    return ", ".join(_short_address(address) for address in addresses[:MOST_ITEMS]) + _more(len(addresses))


def _short_address(address: str) -> str:
    """Host and last part of an address, by which people tell pictures apart."""
    with suppress(ValueError):
        parts = urlsplit(address)
        return f"{parts.path.rsplit('/', 1)[-1][-60:] or parts.netloc} ({parts.hostname})"
    return address[:80]


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(str(value).split())


def _more(count: int) -> str:
    return f" and {count - MOST_ITEMS} more" if count > MOST_ITEMS else ""


def _bounded(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


# --- Differences ---


def _tokens(text: str) -> list[str]:
    """The words, the spaces between them, and every other sign alone."""
    found: list[str] = []
    for kind, run in groupby(text, key=_kind):
        signs = list(run)
        found.extend(signs if kind == "sign" else ["".join(signs)])
    return found


def _kind(sign: str) -> str:
    return "space" if sign.isspace() else "word" if sign.isalnum() else "sign"


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Parts of both texts in order, equal and different ones in turn."""
    first = _common(old, new)
    last = _common(old[first:][::-1], new[first:][::-1])
    ours, theirs = old[first : len(old) - last], new[first : len(new) - last]
    yield old[:first], new[:first]
    if ours or theirs:
        yield from _middle(ours, theirs)
    yield old[len(old) - last :], new[len(new) - last :]


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many tokens (or letters) both begin with."""
    return next(
        (n for n, (mine, other) in enumerate(zip(old, new, strict=False)) if mine != other),
        min(len(old), len(new)),
    )


def _middle(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    if max(len(old), len(new)) > _MOST_ALIGNED:
        yield old, new
        return
    gone: list[str] = []
    come: list[str] = []
    for step in Indel.opcodes(old, new):
        mine, other = old[step.src_start : step.src_end], new[step.dest_start : step.dest_end]
        if step.tag == "equal" and not "".join(mine).isspace():
            yield gone, come
            yield mine, other
            gone, come = [], []
        else:
            gone.extend(mine)
            come.extend(other)
    yield gone, come


def _within(
    ours: Sequence[str], theirs: Sequence[str]
) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """A different part of both texts: as a whole, or the letters that differ in two nearly equal words."""
    old, new = "".join(ours), "".join(theirs)
    if len(ours) == len(theirs) == 1 and old.isalpha() and new.isalpha():
        first = _common(old, new)
        last = _common(old[first:][::-1], new[first:][::-1])
        if first + last >= _SAME_WORD * max(len(old), len(new)):
            return _split(old, first, last), _split(new, first, last)
    return [(old, True)], [(new, True)]


def _split(word: str, first: int, last: int) -> list[tuple[str, bool]]:
    end = len(word) - last
    return [(word[:first], False), (word[first:end], True), (word[end:], False)]


def _markup(parts: Iterable[tuple[str, bool]], tag: str) -> SafeString:
    joined = [
        ("".join(text for text, _ in run), is_marked)
        for is_marked, run in groupby((part for part in parts if part[0]), key=lambda part: part[1])
    ]
    opening, closing = mark_safe(f"<{tag}>"), mark_safe(f"</{tag}>")  # noqa: S308 (two fixed names)
    return format_html_join(
        "",
        "{}{}{}",
        ((opening, text, closing) if is_marked else ("", text, "") for text, is_marked in joined),
    )
