"""Values of models' fields in the form that entries take: rows as references, choices as words."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import models

from audit.records import Subject, Word, personal_labels

#: Parts of the names of fields whose values are not even kept as a hash.
_SECRET: Final = ("password", "secret", "token", "value__", "api_key")


def values_of(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by names or columns of the model's fields."""
    fields = {name: field for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    return {name: stored(fields.get(name), value, name) for name, value in values.items()}


def stored(field: Any, value: Any, name: str = "") -> Any:
    """One value; of a secret only whether there is one."""
    if is_secret(field, name):
        return bool(value)
    if isinstance(value, models.Model):
        return reference(value._meta.label_lower, value.pk)
    if isinstance(value, models.QuerySet | list | tuple) and any(
        isinstance(one, models.Model) for one in value
    ):
        return [stored(field, one) for one in value]
    if value not in (None, "") and isinstance(field, models.ForeignKey):
        return reference(field.remote_field.model._meta.label_lower, value)
    if isinstance(value, str) and (getattr(field, "choices", None) or _is_key(field)):
        return Word(value)
    return value


def _is_key(field: Any) -> bool:
    """Whether it is the key of a row that is no person's: entries name the row by it anyway."""
    return bool(
        getattr(field, "primary_key", False) and field.model._meta.label_lower not in personal_labels()
    )


def reference(label: str, key: Any) -> Subject | Word:
    """A row as entries name it; people by their pseudonym."""
    return Subject(label, str(key)) if label in personal_labels() else Word(f"{label}:{key}")


def is_secret(field: Any, name: str) -> bool:
    """Whether nothing of a field's value may stand in the log."""
    reported = f"{name} {getattr(field, 'name', '')}".lower()
    return getattr(field, "is_secret", False) or any(part in reported for part in _SECRET)
