"""The field that takes an amount of money."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers as s

_DIGITS: Final = 10


def amount_schema(digits: int) -> dict[str, Any]:
    """An amount of at most `digits` digits before the point, in JSON Schema."""
    return {
        "type": ["string", "number"],
        "pattern": rf"^[0-9]{{1,{digits}}}(\.[0-9]{{1,2}})?$",
        "minimum": 0,
        "maximum": 10**digits - 1,
    }


@extend_schema_field(amount_schema(_DIGITS))
class Amount(s.DecimalField):
    """An amount as a text, or as a number, which is rounded to hundredths."""

    def __init__(self, *, digits: int = _DIGITS, **options: Any) -> None:
        super().__init__(max_digits=digits + 2, decimal_places=2, min_value=0, **options)

    def validate_precision(self, value: Decimal) -> Decimal:
        """The amount in hundredths. Raises ValidationError for one that is too large."""
        is_small = value.adjusted() <= (self.max_digits or 0)
        return super().validate_precision(
            value.quantize(Decimal("0.01"), ROUND_HALF_EVEN) if is_small else value
        )
