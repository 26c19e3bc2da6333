"""What a client sends as JSON, each value of the type that the schema says.

Django REST framework also reads forms, so its fields take `"true"` and `1` for a boolean, `"5"` for a number.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final

from django.utils.translation import gettext
from rest_framework import serializers as s


class JsonSerializer(s.Serializer[Any]):
    """Refuses values of another type of JSON, by the name of the field.

    A class that `is_closed` refuses fields that it does not have, and says so in the schema.
    """

    is_closed: ClassVar[bool] = False
    #: What is said of such a field, with the names of those that there are.
    unknown_said: ClassVar[Any] = "There is no such field here; known are %(names)s."
    #: What JSON Schema says of the object beyond its fields: which of them are needed, which exclude each other.
    rules: ClassVar[Mapping[str, Any]] = MappingProxyType({})

    def to_internal_value(self, data: Any) -> Any:
        """Raises ValidationError."""
        if isinstance(data, Mapping):
            if self.is_closed and (unknown := sorted(map(str, data.keys() - self.fields.keys()))):
                said = self.unknown_said % {"names": ", ".join(self.fields)}
                raise s.ValidationError({name[:80]: [said] for name in unknown})
            wrong = {
                name: errors
                for name, field in self.fields.items()
                if name in data and not field.read_only and (errors := _errors_of(field, data[name]))
            }
            if wrong:
                raise s.ValidationError(wrong)
        return super().to_internal_value(data)


#: The first class that fits decides.
_TYPES: Final[tuple[tuple[type | tuple[type, ...], tuple[type, ...]], ...]] = (
    (s.BooleanField, (bool,)),
    (s.IntegerField, (int, float)),
    (s.FloatField, (int, float)),
    (s.DecimalField, (int, float, str)),
    ((s.CharField, s.ChoiceField, s.UUIDField, s.DateTimeField, s.DateField, s.SlugRelatedField), (str,)),
)


def _errors_of(field: Any, value: Any) -> Any:
    """The errors of a value in the form of Django REST framework, () where its type is right or its field looks itself."""
    if value is None:
        return ()
    if isinstance(field, s.ListField | s.ManyRelatedField):
        inner = field.child if isinstance(field, s.ListField) else field.child_relation
        each = (
            {i: errors for i, one in enumerate(value) if (errors := _errors_of(inner, one))}
            if isinstance(value, list)
            else {}
        )
        return each or ()
    if isinstance(field, s.DictField):
        held = value.items() if isinstance(value, Mapping) else ()
        return {str(key)[:80]: errors for key, one in held if (errors := _errors_of(field.child, one))} or ()
    if isinstance(field, s.MultipleChoiceField) or getattr(field, "numbers", False):
        return ()
    for kind, wanted in _TYPES:
        if isinstance(field, kind):
            is_right = isinstance(value, wanted) and (bool in wanted or not isinstance(value, bool))
            return () if is_right else [_said(wanted)]
    return ()


def _said(wanted: tuple[type, ...]) -> str:
    if bool in wanted:
        return gettext("Send true or false.")
    if str not in wanted:
        return gettext("Send a number.")
    return gettext("Send a text.") if len(wanted) == 1 else gettext("Send a number, or a text.")
