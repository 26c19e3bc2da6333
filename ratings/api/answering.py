"""What a team answers to a rating."""

from typing import Any, ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers as s
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.bodies import JsonSerializer
from accounts.api.etags import IF_MATCH, require_match
from accounts.api.texts import Text
from accounts.exceptions import InputRefused
from accounts.keys.scopes import Scope
from accounts.problems import described
from accounts.signed_in import person_of
from events.api.base import OwnView, in_path, read_id
from events.things import ThingKind, row_of, thing_of
from languages.reading import current_code
from ratings import services
from ratings.api.shared import AT, ID, STATES, answered, refuse_many, require_on
from ratings.enums import RatingState
from ratings.models import LONGEST_TEXT, Answer, Rating
from ratings.services.answering import may_answer

_ANSWER: Final = {
    "rating": ID,
    "text": "We turned it down.",
    "state": "waiting",
    "created_at": AT,
    "updated_at": AT,
}
_RATING_IN_PATH: Final = in_path("rating_id", "Id of the rating.", ID, OpenApiTypes.UUID)


class AnswerWish(JsonSerializer):
    """What the team answers."""

    text = Text(max_length=LONGEST_TEXT, help_text="Plain text.")


class AnswerFacts(s.Serializer[Any]):
    rating = s.UUIDField()
    text = s.CharField()
    state = s.ChoiceField(STATES)
    created_at = s.DateTimeField()
    updated_at = s.DateTimeField()


class RatingAnswer(OwnView):
    """What a team answers to a rating."""

    scopes: ClassVar = {"GET": Scope.EVENTS_READ, **dict.fromkeys(("PUT", "DELETE"), Scope.EVENTS_WRITE)}

    @extend_schema(
        operation_id="rating_answer",
        summary="Your team's answer to a rating",
        parameters=[_RATING_IN_PATH],
        responses=described({200: AnswerFacts}, 401, 404),
        examples=[OpenApiExample("answer", value=_ANSWER, response_only=True)],
        tags=["ratings"],
    )
    def get(self, request: Request, rating_id: str) -> Response:
        """The answer, and whether readers see it."""
        rating = _answerable(request, rating_id)
        row = Answer.objects.filter(rating=rating).first()
        if row is None:
            raise NotFound(gettext("There is no answer yet."))
        return answered(_told_answer(row))

    @extend_schema(
        operation_id="rating_answer_put",
        summary="Answer to a rating, or change the answer",
        parameters=[_RATING_IN_PATH, IF_MATCH],
        request=AnswerWish,
        responses=described({200: AnswerFacts, 201: AnswerFacts}, 400, 401, 404, 412, 413, 415, 429),
        examples=[
            OpenApiExample("answer", value={"text": "We turned it down."}, request_only=True),
            OpenApiExample("answered", value=_ANSWER, response_only=True),
        ],
        tags=["ratings"],
    )
    def put(self, request: Request, rating_id: str) -> Response:
        """Owners and editors may, of the event's organizer or venue. One answer to each; a moderator reads it first."""
        asked = AnswerWish(data=request.data)
        asked.is_valid(raise_exception=True)
        rating = _answerable(request, rating_id)
        refuse_many(request)
        try:
            with transaction.atomic():
                before = Answer.objects.select_for_update().filter(rating=rating).first()
                require_match(request, _told_answer(before) if before else {})
                row = services.answer(
                    rating.pk, asked.validated_data["text"], by=person_of(request), language=current_code()
                )
        except Rating.DoesNotExist:
            raise NotFound(_missing(rating_id)) from None
        except InputRefused as error:
            raise ValidationError({error.field: [error.detail]}) from error
        return answered(_told_answer(row), status.HTTP_200_OK if before else status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="rating_answer_delete",
        summary="Take the answer back",
        parameters=[_RATING_IN_PATH, IF_MATCH],
        responses=described({204: None}, 401, 404, 412),
        tags=["ratings"],
    )
    def delete(self, request: Request, rating_id: str) -> Response:
        """Once more changes nothing."""
        rating = _answerable(request, rating_id)
        with transaction.atomic():
            before = Answer.objects.select_for_update().filter(rating=rating).first()
            require_match(request, _told_answer(before) if before else {})
            services.take_answer_back(rating.pk, by=person_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _answerable(request: Request, rating_id: str) -> Rating:
    """A rating that readers see, of what the person speaks for. Raises NotFound: nobody else learns more than readers do."""
    require_on()
    rating = Rating.objects.filter(pk=read_id(rating_id, "rating"), state=RatingState.SHOWN).first()
    if rating is None:
        raise NotFound(_missing(rating_id))
    kind = ThingKind.EVENT if rating.event_id else ThingKind.PLACE
    row = row_of(kind, rating.event_id or rating.place_id)  # type: ignore[arg-type]  # rating_one_thing
    if row is None or not may_answer(thing_of(row), person_of(request)):
        raise NotFound(_missing(rating_id))
    return rating


def _missing(rating_id: str) -> str:
    return f"There is no rating {rating_id[:80]} that you may answer."


def _told_answer(row: Answer) -> dict[str, Any]:
    return {
        "rating": str(row.rating_id),
        "text": row.text,
        "state": row.state,
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }
