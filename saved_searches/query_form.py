"""What a search asks for, as it is written: the names and words of the parameters of `/api/v1/events`."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers as s
from rest_framework.exceptions import ValidationError

from events.api.asking import FILTERS, ORDERING, EventFilterSet
from events.api.nested import body_schema, texts_of
from events.api.parameters import Param
from events.filters import EventFilter

NAMES: Final = tuple(param.name for param in (*FILTERS, ORDERING))


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
    return SavedFilterSet(texts_of(given, (*FILTERS, ORDERING))).asked_for


@extend_schema_field(body_schema((*FILTERS, ORDERING)))
class QueryField(s.DictField):
    """What a search asks for, as an object."""
