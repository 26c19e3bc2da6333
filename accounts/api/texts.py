"""A text that a client sends as JSON."""

from typing import Any, Final

from rest_framework import serializers as s

from pipeline import patterns

#: What Python strips counts as nothing.
_VISIBLE: Final = r"[^\s\x00-\x1f\x7f-\x9f]"
_VISIBLE_SIGN: Final = patterns.compile(_VISIBLE)


class Text(s.CharField):
    """Takes a text alone. Django REST framework takes a number for one too, which the schema does not say.

    `format` is that of the schema: one of JSON Schema, or a name for what only the site can know, such as `city`.
    A field of `numbers` takes a number too, and says so.
    """

    def __init__(self, *, format: str = "", numbers: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.format, self.numbers = format, numbers

    def to_internal_value(self, data: Any) -> str:
        """Raises ValidationError."""
        is_number = self.numbers and isinstance(data, int | float) and not isinstance(data, bool)
        if not isinstance(data, str) and not is_number:
            self.fail("invalid")
        text = str(super().to_internal_value(data))
        if not self.allow_blank and not _VISIBLE_SIGN.search(text):
            self.fail("blank")
        return text

    def described(self, schema: dict[str, Any]) -> dict[str, Any]:
        """What the schema of a CharField leaves out: a text that is needed has more than spaces."""
        found = dict(schema)
        if self.format:
            found = {"type": "string", "format": self.format}
        elif not self.allow_blank:
            found |= {"minLength": max(1, self.min_length or 0), "pattern": _VISIBLE}
        if self.numbers:
            found["type"] = ["string", "number"]
        return found
