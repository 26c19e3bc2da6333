"""The words that a column may hold, as choices and as a database constraint."""

from django.db import models
from django.db.models import Q


def choices(words: type) -> list[tuple[str, str]]:
    """A StrEnum as Django's choices."""
    return [(word.value, word.value.replace("_", " ")) for word in words]  # type: ignore[attr-defined]


def among(name: str, column: str, words: type) -> models.CheckConstraint:
    """A constraint that `column` contains one of `words`."""
    return models.CheckConstraint(name=name, condition=Q(**{f"{column}__in": [word.value for word in words]}))  # type: ignore[attr-defined]
