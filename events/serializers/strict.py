"""What a client sends, without fields that nobody reads."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers as s

from accounts.api.bodies import JsonSerializer


class StrictSerializer(JsonSerializer):
    """Refuses unknown fields by name."""

    is_closed = True

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            known = ", ".join(self.fields)
            unknown = {
                str(name)[:80]: [f"There is no such field here; known are {known}."]
                for name in data.keys() - self.fields.keys()
            }
            if unknown:
                raise s.ValidationError(unknown)
        return super().to_internal_value(data)
