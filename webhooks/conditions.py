"""The filter of an endpoint: the names and values of the API's query, or its query string."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from events.api import parameters
from events.api.asking import FILTERS, wanted
from events.api.nested import texts_of
from events.change_filters import EVALUATED
from events.filters import EventFilter

#: The API's names of what an EventFilter calls otherwise.
_CALLED: Final = {"category": "categories", "tag": "tags", "status": "statuses"}
#: The parameters of `/api/v1/events` that can be evaluated on a change; others are refused, as in the live feed.
PARAMETERS: Final = tuple(param for param in FILTERS if _CALLED.get(param.name, param.name) in EVALUATED)


def read_conditions(given: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """The filter as it was asked for and as EventFilter's JSON; both empty for all events.

    Raises ValidationError for `filter`, with a line for each name that is unknown and each value that cannot be read.
    """
    try:
        texts = {name[:80]: text.strip() for name, text in texts_of(given, PARAMETERS).items()}
        values = parameters.read_query(_query(texts), PARAMETERS)
        conditions = wanted(values).to_json() if values else {}
    except ValidationError as invalid:
        raise ValidationError({"filter": invalid.detail}) from invalid
    asked = {name: text for name, text in texts.items() if text}
    return asked, {name: value for name, value in conditions.items() if name != "ordering"}


def read_query(text: str) -> dict[str, str]:
    """`city=bengaluru&category=music` by names; a repeated one as a list with commas. Raises ValidationError."""
    if len(text) > 2_000:
        raise ValidationError({"filter": ["It has at most 2,000 characters."]})
    query = QueryDict(text.strip().lstrip("?"))
    texts = {name: ",".join(str(value) for value in query.getlist(name)) for name in query}
    return {name: value for name, value in texts.items() if value}


def as_query(asked: Mapping[str, str]) -> str:
    """The query string of a filter."""
    return _query(dict(sorted(asked.items()))).urlencode(safe=",:")


def filter_of(conditions: Mapping[str, Any]) -> EventFilter | None:
    """The stored filter; None for all events."""
    return _filter_of(json.dumps(conditions, sort_keys=True)) if conditions else None


@lru_cache(maxsize=4_096)
def _filter_of(conditions: str) -> EventFilter:
    return EventFilter.from_json(json.loads(conditions))


def _query(texts: Mapping[str, str]) -> QueryDict:
    query = QueryDict(mutable=True)
    query.update(dict(texts))
    return query
