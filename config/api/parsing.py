"""A JSON parser for bounded bodies that PostgreSQL can store."""

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

#: How deep brackets may be nested.
DEEPEST: Final = 50
_LONGEST_PLACE: Final = 200


class BoundedJSONParser(JSONParser):
    """DRF's parser, which also refuses deep nesting, NUL and lone surrogates.

    It raises ParseError (400) with the place of the error.
    """

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            body = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(
                gettext("The JSON is nested more than %(depth)s deep.") % {"depth": DEEPEST}
            ) from error
        for place, depth, value in _walk(body):
            if depth > DEEPEST:
                raise ParseError(gettext("The JSON is nested more than %(depth)s deep.") % {"depth": DEEPEST})
            if isinstance(value, str) and (wrong := wrong_in(value)):
                raise ParseError(f"{place or 'body'}: {wrong}.")
        return body


def wrong_in(text: str) -> str:
    """What PostgreSQL and UTF-8 cannot store of `text`, as a phrase; '' where it is valid."""
    if "\x00" in text:
        return gettext("contains a NUL character")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        return gettext("contains a lone surrogate")
    return ""


def _walk(body: Any) -> Iterator[tuple[str, int, Any]]:
    """Every name and value of parsed JSON with its place (`venue.name`, `items.3`) and depth.

    Without recursion.
    """
    waiting = [("", 0, body)]
    while waiting:
        place, depth, value = waiting.pop()
        yield place, depth, value
        if depth > DEEPEST:
            continue
        inner = (
            list(value.items())
            if isinstance(value, dict)
            else list(enumerate(value))
            if isinstance(value, list)
            else []
        )
        for name, item in inner:
            if isinstance(name, str):
                yield f"a name in {place or 'the body'}", depth, name
            waiting.append((f"{place}.{name}"[:_LONGEST_PLACE].lstrip("."), depth + 1, item))
