"""Readers of requests: parameters of the API, fields of forms and bodies, and input in the admin.

Fields that only look up a name in the database are left out: PostgreSQL compares the text unchanged.
"""

import functools
import importlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from rest_framework import serializers

from accounts import user_input as entering
from accounts.exceptions import InputRefused
from accounts.forms import AdminLoginForm
from digests.api import SubscriptionRequest, TokenRequest
from digests.forms import SubscribeForm
from events.api.filtering import Narrowing
from events.api.parameters import Param, read_text
from events.api.status import PlaceNow
from events.filters import EventFilter, matches
from events.forms import PlaceNowForm
from events.serializers.cities import CityField
from pipeline.matching import Candidate, match_candidates
from pipeline.text.terms import Terms, make_terms
from realtime.api.serializers import Broadcast
from sources.admin.lab import EnableForm, LookForm
from sources.forms.submit import SubmissionForm
from sources.serializers.curating import CurationText
from sources.serializers.running import Scan, Validation
from tests.hostile.readers import Reader, refusing
from tests.hostile.readers.words import NOW, START

#: Characters of a parameter, before the view refuses the request; of a field of a form, and of a body in JSON.
PARAMETER: Final = 8_192
FIELD: Final = 20_000
_FORMS: Final = (AdminLoginForm, SubscribeForm, PlaceNowForm, SubmissionForm, LookForm, EnableForm)
_BODIES: Final = (
    SubscriptionRequest,
    TokenRequest,
    PlaceNow,
    Broadcast,
    Scan,
    Validation,
    CurationText,
)
_ASKED: Final = (
    "events.api.asking",
    "events.api.events",
    "events.api.lists",
    "events.api.places",
    "events.api.search",
    "events.api.trending",
    "realtime.api.staff",
    "sources.api.running",
    "sources.api.staff",
)
_FORM_LOOKUPS: Final = (forms.ModelChoiceField, forms.FileField)
_BODY_LOOKUPS: Final = (serializers.RelatedField, serializers.ManyRelatedField, CityField)


def _params(value: object) -> Iterator[Param]:
    if isinstance(value, Param):
        yield value
    elif isinstance(value, type) and issubclass(value, Narrowing):
        yield from value.params()
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _params(each)


def _parameters() -> dict[str, Param]:
    modules = [importlib.import_module(name) for name in _ASKED]
    return {
        param.name: param for module in modules for value in vars(module).values() for param in _params(value)
    }


def _asking(param: Param) -> Callable[[str], object]:
    return refusing(functools.partial(read_text, param), ValueError)


def _read_all(reads: Iterable[Callable[[str], object]], text: str) -> list[object]:
    return [read(text) for read in reads]


def _form(kind: type[forms.BaseForm]) -> Callable[[str], object]:
    fields = [field for field in kind().fields.values() if not isinstance(field, _FORM_LOOKUPS)]
    return functools.partial(_read_all, [refusing(field.clean, ValidationError) for field in fields])


def _body(kind: type[serializers.Serializer[Any]]) -> Callable[[str], object]:
    fields = [
        field
        for field in kind().fields.values()
        if not field.read_only and not isinstance(field, _BODY_LOOKUPS)
    ]
    return functools.partial(
        _read_all, [refusing(field.run_validation, serializers.ValidationError) for field in fields]
    )


def _entered(read: Callable[[str, str], object]) -> Callable[[str], object]:
    return refusing(functools.partial(read, "field"), InputRefused)


def _matching(text: str) -> object:
    """A live reader's filter words against an event with hostile words."""
    event = {
        "tags": [text[:60]],
        "performers": [text[:200]],
        "venue": {"name": text[:200], "lat": None, "lng": None},
        "price": {"type": "free"},
        "language": "",
        "age_limit": None,
    }
    terms = make_terms([("A", [text[:300]]), ("D", [text])], "")
    Terms.read(terms.tsvector())
    return matches(
        EventFilter(q=text[-200:]), {**event, "start": START.isoformat()}, terms=lambda: terms, now=NOW
    )


def _pairing(text: str) -> object:
    """Three listings of one evening, with hostile words of the lengths after cleaning."""
    reported = [
        Candidate(
            id=str(place),
            source=str(place),
            title=text[place:300],
            start=START,
            venue=text[place:200],
            location=text[place:400],
            organizer=text[:200],
            phone=text[:40],
            url=f"https://a.example/{text[:1_900]}",
            description=text,
        )
        for place in range(3)
    ]
    return list(match_candidates(reported))


READERS: tuple[Reader, ...] = (
    *(
        Reader(name=f"parameter:{name}", call=_asking(param), longest=PARAMETER)
        for name, param in _parameters().items()
    ),
    *(Reader(name=f"form:{kind.__name__}", call=_form(kind), longest=FIELD) for kind in _FORMS),
    *(Reader(name=f"body:{kind.__name__}", call=_body(kind), longest=FIELD) for kind in _BODIES),
    Reader(
        name="entered: line",
        call=_entered(functools.partial(entering.line, most=entering.LONGEST_LINE)),
        longest=entering.LONGEST_LINE,
    ),
    Reader(name="entered: markup", call=_entered(entering.markup), longest=entering.LONGEST_TEXT),
    Reader(name="entered: address", call=_entered(entering.address), longest=entering.LONGEST_LINE),
    Reader(name="live match", call=_matching, longest=FIELD),
    Reader(name="match", call=_pairing, longest=4_000, every=2),
)
