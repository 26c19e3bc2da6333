"""What a search asks for, as it is written: the names and words of the parameters of `/api/v1/events`."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django.utils.translation import gettext
from rest_framework.exceptions import ValidationError

from events.api.asking import FILTERS, ORDERING, EventFilterSet
from events.api.parameters import Param
from events.filters import EventFilter

NAMES: Final = tuple(param.name for param in (*FILTERS, ORDERING))
_MANY: Final = frozenset(param.name for param in FILTERS if param.many)


class SavedFilterSet(EventFilterSet):
    """The parameters that a search may have: those of a page of results are none of them."""

    beside: ClassVar[tuple[Param, ...]] = (*FILTERS, ORDERING)


def read_query(given: Any) -> EventFilter:
    """The filter of an object with parameters of `/api/v1/events`; lists where a parameter takes several.

    Raises ValidationError, with a line for each name that there is not and each value that cannot be read.
    """
    if not isinstance(given, Mapping):
        raise ValidationError(
            {"query": [gettext('Give an object such as {"city": "bengaluru", "q": "jazz"}.')]}
        )
    errors: dict[str, list[str]] = {
        str(name)[:80]: [gettext("Give a text or a number, or a list of them where several are allowed.")]
        for name, value in given.items()
        if not _is_plain(value)
        and not (name in _MANY and isinstance(value, list) and all(map(_is_plain, value)))
    }
    if errors:
        raise ValidationError(errors)
    texts = {
        str(name): ",".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in given.items()
        if value is not None
    }
    return SavedFilterSet(texts).asked_for


def _is_plain(value: Any) -> bool:
    return value is None or (isinstance(value, str | int | float) and not isinstance(value, bool))
