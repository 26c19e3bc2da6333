"""Recommendations, through the API."""

from typing import Any, ClassVar, Final

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.keys.scopes import Scope
from accounts.models import User
from accounts.problems import described
from events.api import readers as read
from events.api.asking import CITY, city_slug
from events.api.base import BY_ANYBODY, documented
from events.api.parameters import Param, read_query
from events.published import public_events_of
from events.serializers import PublicEvent
from flags.models import Flag
from flags.services import is_on
from insights.offering.records import Basis, Because, Kind
from insights.offering.words import about, in_words
from insights.readers import is_offered, reader_of
from insights.records import Reader
from personal.models import Preferences
from personal.queries import preferences_of, within_reach

#: Events of one answer, where no number is asked for, and at most.
_USUAL, _MOST = 20, 50

_ASKED: Final = (
    Param(
        name="type",
        read=read.one_of(Kind),
        about="`content`: what events are. `collaborative`: what people did who did the same as you. `hybrid`: both, where nothing is given.",
        example="hybrid",
    ),
    Param(
        name="city",
        read=CITY.read,
        about="Slug of a city, or its old id. Needed where no city is among your preferences.",
        example=CITY.example,
    ),
    Param(
        name="limit",
        read=read.whole(1, _MOST),
        about=f"Events, {_USUAL} where it is not given, at most {_MOST}.",
        example=10,
    ),
)


class Recommendation(s.Serializer[Any]):
    """Why an event is here."""

    event = s.UUIDField()
    because = s.ChoiceField(choices=[one.value for one in Because])
    reason = s.CharField(help_text="In words, in the language of the request.")


class RecommendationList(s.Serializer[Any]):
    type = s.ChoiceField(choices=[one.value for one in Kind])
    basis = s.ChoiceField(
        choices=[one.value for one in Basis],
        help_text="`log`: what you did here counts, since you agreed to it. `start`: it does not.",
    )
    about = s.CharField(help_text="The basis in words.")
    results = PublicEvent(many=True)
    reasons = Recommendation(many=True, help_text="One for each event, in the same order.")


class Recommended(APIView):
    """Coming events for whoever asks: an account, a device that agreed, or nobody in particular."""

    permission_classes = (AllowAny,)
    scopes: ClassVar = {"GET": Scope.ME_READ}

    @extend_schema(
        operation_id="recommendations",
        summary="Recommended events, with reasons",
        parameters=documented(_ASKED),
        responses=described({200: RecommendationList}, 400, 404),
        auth=BY_ANYBODY,
        tags=["personal"],
    )
    def get(self, request: Request) -> Response:
        """The best first. Nothing hidden, over, cancelled, full or out of reach. 404 where it is not switched on."""
        # it loads numpy, which a web process does without until it is asked
        from insights.offering.choosing import recommend  # noqa: PLC0415

        person = request.user if isinstance(request.user, User) else None
        reader = Reader(user_id=person.pk) if person else reader_of(request._request)
        if not is_offered(reader) or not is_on(Flag.LEARNT_RECOMMENDATIONS, key=reader.user_id or ""):
            raise Http404
        values = read_query(request.query_params, _ASKED)
        wants = preferences_of(person) if person else Preferences()
        city = city_slug(values["city"]) if "city" in values else ""
        if not city and wants.city is None:
            raise ValidationError({"city": [gettext("Name a city: none is among your preferences.")]})
        kind, now = values.get("type", Kind.HYBRID), timezone.now()
        found = recommend(
            reader,
            within_reach(wants, now=now, city=city),
            kind=kind,
            now=now,
            limit=values.get("limit", _USUAL),
            categories=wants.categories,
            centre=wants.centre,
            price_max=wants.price_max,
            seed=now.toordinal(),
        )
        events = public_events_of(found.ids)
        ids = [pk for pk in found.ids if pk in events]
        answer = Response(
            {
                "type": kind,
                "basis": found.basis,
                "about": about(found.basis),
                "results": [events[pk] for pk in ids],
                "reasons": [
                    {
                        "event": str(pk),
                        "because": found.reasons[pk].because,
                        "reason": in_words(found.reasons[pk]),
                    }
                    for pk in ids
                ],
            }
        )
        answer["Cache-Control"] = "private, no-store"
        return answer
