"""The parameters of a query as an object of JSON: numbers as numbers or texts, several values as a list or with commas."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext
from rest_framework.exceptions import ValidationError

from events.api.parameters import Param

_NUMBERS: Final = ("number", "integer")
_NUMERAL: Final = r"^-?[0-9]{1,9}(\.[0-9]{1,9})?$"


def body_schema(params: Iterable[Param]) -> dict[str, Any]:
    """The object in JSON Schema."""
    rows = tuple(params)
    return {
        "type": "object",
        "properties": {row.name: {**_value_schema(row), "description": row.about} for row in rows},
        "required": [row.name for row in rows if row.required],
        "additionalProperties": False,
    }


def texts_of(given: Mapping[str, Any], params: Iterable[Param]) -> dict[str, str]:
    """The values as an address has them; names that no row has too, for `read_query` to refuse.

    Raises ValidationError with one line for each value of another shape.
    """
    rows = {row.name: row for row in params}
    errors = {
        str(name)[:80]: [remedy]
        for name, value in given.items()
        if (remedy := _shape_of(rows.get(name), value))
    }
    if errors:
        raise ValidationError(errors)
    return {
        str(name): ",".join(map(_text, value)) if isinstance(value, list) else _text(value)
        for name, value in given.items()
    }


def _value_schema(row: Param) -> dict[str, Any]:
    schema = dict(row.read.schema)
    if schema["type"] in _NUMBERS:
        return {**schema, "type": [schema["type"], "string"], "pattern": _NUMERAL}
    item = schema.get("items", {})
    if item.get("type") == "string" and "enum" not in item:
        return {**item, **schema, "type": ["array", "string"], "minLength": 1}
    is_text = schema["type"] == "string" and not {"enum", "pattern", "minLength"} & schema.keys()
    return {**schema, "minLength": 1} if is_text and "format" not in schema else schema


def _shape_of(row: Param | None, value: Any) -> str:
    """What to send instead of a value of another shape; '' for a right one."""
    many = row is not None and row.many
    if isinstance(value, list):
        if not many:
            return gettext("Give one value, not a list.")
        if not all(_is_plain(row, item) for item in value):
            return gettext("Use a list of texts or numbers.")
        return gettext("A value must not have a comma.") if any("," in str(item) for item in value) else ""
    if value is None:
        return gettext("Leave it out instead of null.")
    if value == "" and not (row is not None and row.required):
        return gettext("Leave it out instead of an empty text.")
    if _is_plain(row, value):
        return ""
    return gettext("Use a text, a number, or a list of them.") if many else gettext("Use a text or a number.")


def _is_plain(row: Param | None, value: Any) -> bool:
    """A text, or a number for what is one."""
    if isinstance(value, str):
        return True
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and (row is None or _takes_numbers(row))


def _takes_numbers(row: Param) -> bool:
    schema = row.read.schema
    parts = [schema, schema.get("items", {})]
    return any(part.get("type") in _NUMBERS for part in parts)


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
