"""Readers of the values of query parameters: each also says in JSON Schema which texts it takes.

A `format` that is none of JSON Schema's names what only the site can know, such as the slug of a city; to programs it is a
text, and `tests.fuzzing` has values for each.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from events.filters import read_box
from pipeline import patterns
from pipeline.text.terms import pieces

#: From Devanagari on, Unicode has the scripts of India and East Asia, in which two letters are a word.
_SYLLABLES: Final = "\u0900"
_SPACED_OFFSET: Final = patterns.compile(r"(T[0-9:.]+) (\d\d:?\d\d)$")
_CLOCK: Final = "^(2[0-3]|[01]?[0-9]):[0-5]?[0-9]$"
_IS_CLOCK: Final = patterns.compile(_CLOCK.strip("^$"), longest=6)
_MOST_WORDS: Final = 200
_MOST_ITEMS: Final = 30
_MOST_MONEY: Final = 10**9


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads a text. The message of a ValueError is the remedy, as one sentence. `schema` describes the text (JSON Schema)."""

    parse: Callable[[str], Any]
    schema: Mapping[str, Any]

    def __call__(self, given: str) -> Any:
        """The value. Raises ValueError."""
        return self.parse(given)


def text(most: int, *, format: str = "") -> Reader:
    """Any text of at most `most` characters."""

    def read(given: str) -> str:
        if len(given) > most:
            raise ValueError(f"At most {most} characters.")
        return given

    return Reader(read, {"type": "string", **({"format": format} if format else {"maxLength": most})})


def words(least: int) -> Reader:
    """Search words with at least `least` letters or digits, as search reads them (`pipeline.text.terms`).

    A letter of a script of syllables or words counts for two, the sign of its vowel for one more.
    """

    def read(given: str) -> str:
        if sum(map(_letters_of, _letters_in(given))) < least:
            raise ValueError(f"At least {least} letters are needed.")
        return str(text(_MOST_WORDS)(given))

    return Reader(read, {"type": "string", "format": "words", "minLength": 1, "maxLength": _MOST_WORDS})


def _letters_in(given: str) -> str:
    """The letters of the words in any text, without marks that no name keeps (`fold`)."""
    found = "".join(part.text for piece in pieces(given) for part in piece.parts)
    return "".join(letter for letter in found if not unicodedata.combining(letter))


def _letters_of(letter: str) -> int:
    return 2 if letter >= _SYLLABLES and unicodedata.category(letter)[0] != "M" else 1


def named(parse: Callable[[str], Any], format: str) -> Reader:
    """The name of something that the site knows, read by `parse`."""
    return Reader(parse, {"type": "string", "format": format})


def several(item: Reader) -> Reader:
    """A list separated by commas, at most 30 items, as a tuple. An empty item counts as none, but is not one of fixed words."""

    def read(given: str) -> tuple[Any, ...]:
        parts = [part.strip() for part in given.split(",")]
        if len(parts) > _MOST_ITEMS:
            raise ValueError(f"At most {_MOST_ITEMS} values.")
        return tuple(item(part) for part in parts if part or "enum" in item.schema)

    return Reader(read, {"type": "array", "items": dict(item.schema), "maxItems": _MOST_ITEMS})


def one_of(options: Iterable[str]) -> Reader:
    """One of a fixed set of words."""
    allowed = tuple(options)

    def read(given: str) -> str:
        if given not in allowed:
            raise ValueError(f"Use one of {', '.join(allowed)}.")
        return given

    return Reader(read, {"type": "string", "enum": list(allowed)})


def number(least: float, most: float) -> Reader:
    """A number from `least` to `most`."""

    def read(given: str) -> float:
        try:
            value = float(given)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise ValueError(f"Use a number from {least:g} to {most:g}.")
        return value

    return Reader(read, {"type": "number", "format": "double", "minimum": least, "maximum": most})


def whole(least: int, most: int) -> Reader:
    """A whole number from `least` to `most`."""

    def read(given: str) -> int:
        value = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1
        if not least <= value <= most:
            raise ValueError(f"Use a whole number from {least} to {most}.")
        return value

    return Reader(read, {"type": "integer", "minimum": least, "maximum": most})


def _amount(given: str) -> Decimal:
    try:
        value = Decimal(given)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value < _MOST_MONEY:
        raise ValueError("Use an amount such as 25 or 12.50.")
    return value


def _country(given: str) -> str:
    if len(given) != 2 or not given.isascii() or not given.isalpha():
        raise ValueError("Use two letters, such as IN.")
    return given.upper()


def _uuid(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise ValueError("Use an id (UUID) as the API gives it.") from None


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise ValueError("Use a day such as 2026-11-21.") from None


def _hour(given: str) -> time:
    if not _IS_CLOCK.fullmatch(given):
        raise ValueError("Use a time of day such as 17:00.")
    hours, _, minutes = given.partition(":")
    return time(int(hours), int(minutes))


def _point(given: str) -> tuple[float, float]:
    parts = given.split(",")
    if len(parts) != 2:
        raise ValueError("Use latitude,longitude, such as 12.9784,77.6408, or lat and lng.")
    return LATITUDE(parts[0]), LONGITUDE(parts[1])


def _price_range(given: str) -> Decimal:
    least, _, most = given.partition("-")
    if not most or _amount(least or "0") != 0:
        raise ValueError("Use 0-500, or price_max=500: a least price cannot be asked for.")
    return _amount(most)


def _moment(given: str) -> datetime:
    remedy = "Use ISO 8601 with an offset, such as 2026-11-21T18:00:00+05:30 or 2026-11-21T12:30:00Z, or a date such as 2026-11-21."
    try:
        if len(given) == 10:
            return datetime.combine(date.fromisoformat(given), time(), UTC)
        value = datetime.fromisoformat(_SPACED_OFFSET.sub(r"\1+\2", given))
        if value.tzinfo is None:
            raise ValueError
        return value.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(remedy) from None


def _box(given: str) -> tuple[float, float, float, float]:
    remedy = "Use west,south,east,north in degrees, such as 77.5,12.9,77.7,13.1."
    try:
        return read_box(given)
    except ValueError:
        raise ValueError(remedy) from None


LATITUDE: Final = number(-90, 90)
LONGITUDE: Final = number(-180, 180)


def _numbers(*parts: Reader) -> dict[str, Any]:
    return {
        "type": "array",
        "prefixItems": [dict(part.schema) for part in parts],
        "items": {"type": "number"},
        "minItems": len(parts),
        "maxItems": len(parts),
    }


#: An amount of money, not negative.
amount: Final = Reader(_amount, {"type": "number", "minimum": 0, "exclusiveMaximum": _MOST_MONEY})
#: A country's two letters.
country: Final = Reader(_country, {"type": "string", "pattern": "^[A-Za-z]{2}$"})
#: An id.
uuid: Final = Reader(_uuid, {"type": "string", "format": "uuid"})
#: A calendar day.
day: Final = Reader(_day, {"type": "string", "format": "date"})
#: A time of day.
hour: Final = Reader(_hour, {"type": "string", "pattern": _CLOCK})
#: Latitude and longitude with a comma.
point: Final = Reader(_point, _numbers(LATITUDE, LONGITUDE))
#: The upper end of `min-max`; the lower one must be 0, since events are not filtered by a least price.
price_range: Final = Reader(_price_range, {"type": "string", "pattern": r"^0?-[0-9]{1,9}(\.[0-9]{1,2})?$"})
#: A time in ISO 8601 with its offset, or a date (its midnight in UTC). A `+` that was decoded to a space is accepted.
moment: Final = Reader(_moment, {"type": "string", "format": "date-time"})
#: West, south, east, north in degrees.
box: Final = Reader(_box, _numbers(LONGITUDE, LATITUDE, LONGITUDE, LATITUDE))
