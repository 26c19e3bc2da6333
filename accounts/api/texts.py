"""A text that a client sends as JSON."""

from typing import Any

from rest_framework import serializers as s


class Text(s.CharField):
    """Takes a text alone. Django REST framework takes a number for one too, which the schema does not say."""

    def to_internal_value(self, data: Any) -> str:
        """Raises ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))
