"""Query parameters: one row parses and documents each. Errors name the parameter and the remedy."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework.exceptions import ValidationError

from events.filters import read_box
from pipeline import patterns
from pipeline.text.folding import fold_name

#: The message of a ValueError is the remedy, as one sentence.
Reader = Callable[[str], Any]
_LONGEST = 500
#: Types of which an empty text is none, and what the schema calls them.
_FORMATS = {OpenApiTypes.UUID: "uuid", OpenApiTypes.DATE: "date", OpenApiTypes.DATETIME: "date-time"}
#: What other services call our parameters.
_ELSEWHERE = {
    "query": "q", "search": "q", "text": "q", "keyword": "q", "keywords": "q", "term": "q",
    "latitude": "lat", "longitude": "lng", "lon": "lng", "long": "lng", "radius": "radius_km", "distance": "radius_km",
    "sort": "ordering", "sort_by": "ordering", "order": "ordering", "order_by": "ordering",
    "size": "limit", "count": "limit", "page_size": "limit", "page": "offset", "start": "offset", "town": "city", "district": "area",
    "from": "start_after", "since": "start_after", "to": "start_before", "until": "start_before", "date": "day", "type": "category", "genre": "category",
    "max_price": "price_max", "place": "venue", "host": "organizer", "age": "guest_age", "lang": "language",
}  # fmt: skip
#: From Devanagari on, Unicode has the scripts of India and East Asia, in which two letters are a word.
_SYLLABLES = "\u0900"
_SPACED_OFFSET = patterns.compile(r"(T[0-9:.]+) (\d\d:?\d\d)$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Param:
    """One parameter.

    `read` parses its text or raises a ValueError with the remedy. `type` is used only in the schema. One of `many`
    values may be given several times, or with commas.
    """

    name: str
    read: Reader
    about: str
    example: Any
    type: Any = OpenApiTypes.STR
    enum: tuple[str, ...] = ()
    required: bool = False
    many: bool = False

    def documented(self) -> OpenApiParameter:
        """The parameter in OpenAPI's form."""
        kind = self.type
        if kind in _FORMATS and not self.required:  # an empty one counts as not given
            kind = {
                "anyOf": [
                    {"type": "string", "format": _FORMATS[kind]},
                    {"type": "string", "maxLength": 0},
                ]
            }
        return OpenApiParameter(
            self.name,
            kind,
            OpenApiParameter.QUERY,
            required=self.required,
            description=self.about,
            enum=self.enum or None,
            examples=[OpenApiExample("example", value=self.example)],
        )


def read_query(given: Any, params: Iterable[Param]) -> dict[str, Any]:
    """The non-empty values of a query string (a QueryDict).

    Raises ValidationError. A repeated name is a list, where the parameter takes one.
    """
    known = tuple(params)
    errors = unknown_or_repeated(given, known)
    values: dict[str, Any] = {}
    for param in known:
        try:
            value = read_text(param, ",".join(given.getlist(param.name)))
        except ValueError as error:
            errors.setdefault(param.name, [str(error)])
        else:
            values |= {} if value is None else {param.name: value}
    if errors:
        raise ValidationError(errors)
    return values


def read_text(param: Param, text: str) -> Any:
    """The value that a text means; None for an empty one. Raises ValueError with the remedy."""
    given = text.strip()
    if not given and param.required:
        raise ValueError(f"This is needed, for example {param.name}={param.example}.")
    return param.read(_checked(given)) if given else None


def unknown_or_repeated(given: Any, params: Iterable[Param]) -> dict[str, list[str]]:
    """The errors of names that no row has, each with all that are known, and of single ones that were given twice.

    `given` is a QueryDict, or texts by name, of which none is repeated.
    """
    known = {param.name: param for param in params}
    errors: dict[str, list[str]] = {
        name[:80]: [
            f"There is no such parameter; {_meant(name, known)}known are {', '.join(sorted(known)) or 'none'}."
        ]
        for name in given
        if name not in known
    }
    times = {name: len(given.getlist(name)) for name in given} if hasattr(given, "getlist") else {}
    return errors | {
        name: ["Give this once."]
        for name, count in times.items()
        if count > 1 and name in known and not known[name].many
    }


def _meant(name: str, known: Iterable[str]) -> str:
    """`use q; ` where the name is known from elsewhere, or mistyped."""
    held = set(known)
    usual = _ELSEWHERE.get(name.lower().replace("-", "_"), "")
    found = [usual] if usual in held else get_close_matches(name[:40].lower(), sorted(held), n=1, cutoff=0.75)
    return f"use {found[0]}; " if found else ""


def _checked(text: str) -> str:
    if len(text) > _LONGEST:
        raise ValueError(f"At most {_LONGEST} characters.")
    if "\x00" in text:
        raise ValueError("Remove the NUL byte.")
    return text


# --- Parsers ---


def text(most: int) -> Reader:
    """Any text of at most `most` characters."""

    def read(given: str) -> str:
        if len(given) > most:
            raise ValueError(f"At most {most} characters.")
        return given

    return read


def words(least: int) -> Reader:
    """Search words with at least `least` letters or digits; a letter of a script of syllables or words counts for two."""

    def read(given: str) -> str:
        letters = fold_name(given).replace(" ", "")
        if sum(2 if letter >= _SYLLABLES else 1 for letter in letters) < least:
            raise ValueError(f"At least {least} letters are needed.")
        return text(200)(given)

    return read


def several(item: Reader) -> Reader:
    """A list separated by commas, at most 30 items, as a tuple."""

    def read(given: str) -> tuple[Any, ...]:
        parts = [part.strip() for part in given.split(",") if part.strip()]
        if len(parts) > 30:
            raise ValueError("At most 30 values.")
        return tuple(item(part) for part in parts)

    return read


def one_of(options: Iterable[str]) -> Reader:
    """One of a fixed set of words."""
    allowed = tuple(options)

    def read(given: str) -> str:
        if given not in allowed:
            raise ValueError(f"Use one of {', '.join(allowed)}.")
        return given

    return read


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

    return read


def whole(least: int, most: int) -> Reader:
    """A whole number from `least` to `most`."""

    def read(given: str) -> int:
        value = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1
        if not least <= value <= most:
            raise ValueError(f"Use a whole number from {least} to {most}.")
        return value

    return read


def amount(given: str) -> Decimal:
    """An amount of money, not negative."""
    try:
        value = Decimal(given)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value < 10**9:
        raise ValueError("Use an amount such as 25 or 12.50.")
    return value


def country(given: str) -> str:
    """A country's two letters."""
    if len(given) != 2 or not given.isascii() or not given.isalpha():
        raise ValueError("Use two letters, such as IN.")
    return given.upper()


def uuid(given: str) -> UUID:
    """An id."""
    try:
        return UUID(given)
    except ValueError:
        raise ValueError("Use an id (UUID) as the API gives it.") from None


def day(given: str) -> date:
    """A calendar day."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise ValueError("Use a day such as 2026-11-21.") from None


def hour(given: str) -> time:
    """A time of day."""
    try:
        return datetime.strptime(given, "%H:%M").time()  # noqa: DTZ007  # a local time of day has no zone
    except ValueError:
        raise ValueError("Use a time of day such as 17:00.") from None


def point(given: str) -> tuple[float, float]:
    """Latitude and longitude with a comma."""
    parts = given.split(",")
    if len(parts) != 2:
        raise ValueError("Use latitude,longitude, such as 12.9784,77.6408, or lat and lng.")
    return number(-90, 90)(parts[0]), number(-180, 180)(parts[1])


def price_range(given: str) -> Decimal:
    """The upper end of `min-max`; the lower one must be 0, since events are not filtered by a least price."""
    least, _, most = given.partition("-")
    if not most or amount(least or "0") != 0:
        raise ValueError("Use 0-500, or price_max=500: a least price cannot be asked for.")
    return amount(most)


def moment(given: str) -> datetime:
    """A time in ISO 8601 with its offset, or a date (its midnight in UTC).

    A `+` that was decoded to a space is accepted.
    """
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


def box(given: str) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees."""
    remedy = "Use west,south,east,north in degrees, such as 77.5,12.9,77.7,13.1."
    try:
        return read_box(given)
    except ValueError:
        raise ValueError(remedy) from None
