"""Makes user input as safe as text from a source, by the same functions, or refuses it with a message.

The name and type of a model's field decide: an address (`url`, `…_url`, `website`), a text with a little
markup (`description`), one line, one of several words, a list of these. Numbers, dates and links between rows
are checked by their fields.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Field, JSONField, Model, TextField

from accounts.exceptions import InputRefused
from pipeline.text import sanitize as text

LONGEST_TEXT: Final = 20_000
LONGEST_LINE: Final = 2_000
#: Words of a list, and how deep an object may be nested.
MOST_WORDS: Final = 50
DEEPEST: Final = 4


def checked(model: type[Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """`values`, by names or columns of the model's fields, in the form for storage.

    Raises InputRefused at the first invalid one.
    """
    fields = {name: field for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    return {
        name: checked_value(fields[name], value) if name in fields else value
        for name, value in values.items()
    }


def checked_value(field: "Field[Any, Any]", value: Any) -> Any:
    """One value in the form for the field. Raises InputRefused."""
    name = field.verbose_name if isinstance(field.verbose_name, str) else field.name
    if isinstance(field, JSONField):
        return _nested(name, value, DEEPEST)
    if isinstance(field, ArrayField):
        return _words(name, value, field)
    if not isinstance(field, CharField | TextField) or not isinstance(value, str) or not value:
        return value
    if field.choices:
        return _one_of(name, value, [str(choice[0]) for choice in field.flatchoices])
    if is_address(field.name):
        return address(name, value, most=field.max_length or text.MAX_URL)
    if field.name == "description":
        return markup(name, value)
    return line(name, value, most=field.max_length or LONGEST_TEXT)


def line(name: str, value: str, *, most: int) -> str:
    """One line of plain text. Raises InputRefused."""
    _check_length(name, value, most)
    plain = text.plain(value)
    if value.strip() and not plain:
        raise InputRefused(name, "contains only markup or a secret address. Write it as plain text.")
    _check_length(name, plain, most)
    return plain


def markup(name: str, value: str) -> str:
    """A text with a little markup, as readers see it. Raises InputRefused."""
    _check_length(name, value, LONGEST_TEXT)
    safe = text.rich(value, limit=LONGEST_TEXT)
    if value.strip() and not safe:
        raise InputRefused(
            name,
            "contains no visible text. Write text; paragraphs, lists, bold, italic and links are allowed.",
        )
    return safe


def address(name: str, value: str, *, most: int = text.MAX_URL) -> str:
    """A web address that readers may be sent to. Raises InputRefused."""
    _check_length(name, value, most)
    if not text.http_url(value):
        raise InputRefused(
            name, "is not a web address. Write one that begins with https:// or http:// and names a site."
        )
    public = text.public_url(value)
    if not public:
        raise InputRefused(
            name,
            "is a secret address: it contains a key, a password or a secret calendar. Leave it empty, or write the public address.",
        )
    return public


def uuid_of(written: object) -> UUID | None:
    """The id that a text is, None where it is none."""
    try:
        return UUID(str(written))
    except ValueError:
        return None


def is_address(name: str) -> bool:
    """Whether a field of this name contains a web address."""
    return name in ("url", "website") or name.endswith("_url")


def _words(name: str, values: Any, field: "ArrayField[Any, Any]") -> Any:
    if not isinstance(values, list | tuple) or not isinstance(field.base_field, CharField | TextField):
        return values
    if len(values) > MOST_WORDS:
        raise InputRefused(name, f"has {len(values)} words, at most {MOST_WORDS} are kept. Leave some out.")
    return list(filter(None, (checked_value(field.base_field, value) for value in values)))


def _nested(name: str, value: Any, depth: int) -> Any:
    """JSON whose texts are lines, and whose addresses are public."""
    if depth < 0:
        raise InputRefused(name, f"is nested deeper than {DEEPEST}.")
    if isinstance(value, str):
        return line(name, value, most=LONGEST_LINE)
    if isinstance(value, list):
        return [_nested(name, one, depth - 1) for one in value]
    return dict(_members(name, value, depth)) if isinstance(value, dict) else value


def _members(name: str, value: dict[str, Any], depth: int) -> Iterator[tuple[str, Any]]:
    for key, one in value.items():
        is_link = isinstance(one, str) and bool(one) and is_address(key)
        yield (
            line(name, key, most=LONGEST_LINE),
            address(name, one) if is_link else _nested(name, one, depth - 1),
        )


def _one_of(name: str, value: str, known: list[str]) -> str:
    if value not in known:
        raise InputRefused(name, f"is one of {', '.join(known)}.")
    return value


def _check_length(name: str, value: str, most: int) -> None:
    if len(value) > most:
        raise InputRefused(name, f"has {len(value)} characters, at most {most} are kept. Shorten it.")
