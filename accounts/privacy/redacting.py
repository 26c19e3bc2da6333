"""Takes a person's marks out of stored text and JSON, where the row itself has to stay."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, TextField
from django.db.models.functions import Cast, Lower

from accounts.crypto import EncryptedTextField
from accounts.privacy.person import Person

#: Stands for a mark that was taken out.
GONE: Final = "…"
#: Shorter names are common words.
SHORTEST: Final = 5
_BATCH: Final = 500


def needles_of(person: Person) -> tuple[str, ...]:
    """What is taken out of texts: addresses and id. A name may be somebody else's, so it stays."""
    return (*person.addresses, str(person.id), person.id.hex)


def names_of(person: Person) -> tuple[str, ...]:
    """What is taken out as well where a needle shows that a text is about the person."""
    return (person.name.lower(),) if len(person.name) >= SHORTEST else ()


def redacted(text: str, needles: Iterable[str]) -> str:
    """`text` with `…` for each needle, whatever its case. Needles are lower-case."""
    folded = text.lower()
    if len(folded) != len(text):  # a few letters have two in lower case
        return GONE if any(needle in folded for needle in needles) else text
    for needle in needles:
        while needle and (start := folded.find(needle)) >= 0:
            text = text[:start] + GONE + text[start + len(needle) :]
            folded = text.lower()
    return text


def redacted_value(value: Any, needles: Sequence[str]) -> Any:
    """JSON of any shape without the needles, in keys too."""
    if isinstance(value, str):
        return redacted(value, needles)
    if isinstance(value, list):
        return [redacted_value(each, needles) for each in value]
    if isinstance(value, dict):
        return {redacted(str(key), needles): redacted_value(each, needles) for key, each in value.items()}
    return value


def redact_columns(
    model: type[models.Model], columns: Sequence[str], needles: Sequence[str], *, also: Sequence[str] = ()
) -> int:
    """Take the needles out of these columns (text, JSON, arrays of text), and `also` where one was found.

    Returns how many values changed.
    """
    manager = model._default_manager
    count = 0
    for column in columns:
        hits = Q()
        for needle in needles:
            hits |= Q(_searched__contains=needle)
        searched = Lower(Cast(column, TextField()))
        found = manager.alias(_searched=searched).filter(hits).only("pk", column).iterator(_BATCH)
        for row in found:
            value = redacted_value(getattr(row, column), (*needles, *also))
            count += manager.filter(pk=row.pk).update(**{column: value})
    return count


def text_columns(model: type[models.Model]) -> list[str]:
    """The columns of a model that hold text or JSON and are neither keys nor encrypted."""
    return [
        field.name
        for field in model._meta.local_concrete_fields
        if isinstance(_inner(field), models.CharField | models.TextField | models.JSONField)
        and not isinstance(field, EncryptedTextField)
        and not field.unique
        and not field.choices
    ]


def _inner(field: Any) -> Any:
    """The field of an array's members."""
    return field.base_field if isinstance(field, ArrayField) else field
