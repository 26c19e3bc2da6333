"""Query parameters: one row parses and documents each. Errors name the parameter and the remedy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework.exceptions import ValidationError

from events.api.readers import Reader

#: As long as any value of an address may be (`config.wellformed`).
_LONGEST = 2_000
#: What other services call our parameters.
_ELSEWHERE = {
    "query": "q", "search": "q", "text": "q", "keyword": "q", "keywords": "q", "term": "q",
    "latitude": "lat", "longitude": "lng", "lon": "lng", "long": "lng", "radius": "radius_km", "distance": "radius_km",
    "sort": "ordering", "sort_by": "ordering", "order": "ordering", "order_by": "ordering",
    "size": "limit", "count": "limit", "page_size": "limit", "page": "offset", "start": "offset", "town": "city", "district": "area",
    "from": "start_after", "since": "start_after", "to": "start_before", "until": "start_before", "date": "day", "type": "category", "genre": "category",
    "max_price": "price_max", "place": "venue", "host": "organizer", "age": "guest_age", "lang": "language",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Param:
    """One parameter.

    `read` parses its text or raises a ValueError with the remedy, and describes it. One of `many` values may be given
    several times, or with commas.
    """

    name: str
    read: Reader
    about: str
    example: Any
    required: bool = False
    many: bool = False

    @property
    def enum(self) -> tuple[str, ...]:
        """The values, where they are a fixed set."""
        schema = self.read.schema.get("items", self.read.schema)
        return tuple(schema.get("enum", ()))

    def documented(self) -> OpenApiParameter:
        """The parameter in OpenAPI's form; of an optional one an empty value counts as not given (`config.api.completing`)."""
        return in_query(self.name, self.about, self.example, self.read.schema, required=self.required)


def in_query(
    name: str, about: str, example: Any, schema: Mapping[str, Any], *, required: bool = False
) -> OpenApiParameter:
    """The description of a parameter; the values of a list, and of its example, are joined by commas."""
    is_list = schema.get("type") == "array"
    return OpenApiParameter(
        name,
        dict(schema),
        OpenApiParameter.QUERY,
        required=required,
        description=about,
        style="form" if is_list else None,
        explode=False if is_list else None,
        examples=[OpenApiExample("example", value=_listed(example) if is_list else example)],
    )


def _listed(example: str) -> list[Any]:
    """The values of a list, numbers as numbers."""
    return [
        float(part) if part.replace(".", "", 1).lstrip("-").isdigit() else part for part in example.split(",")
    ]


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
