"""The staff's view of the review queue, and verdicts on it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Conflict
from events.api import readers as read
from events.api.asking import CITY, CURSOR, LIMITS, city_slug
from events.api.base import StaffView, described, in_path, next_address, read_id, with_next
from events.api.cursors import read_cursor, refused, write_cursor
from events.api.filtering import Narrowing
from events.api.parameters import Param
from events.exceptions import BadValue, EventError
from events.models import Event
from moderation import services
from moderation.api.shapes import DecisionFacts, ReviewDetail, ReviewPage, VerdictWish
from moderation.desk.queue import AGES, CONFIDENCE, STATES, QueueFilter, after, queue
from moderation.enums import ReviewKind, ReviewState, Verdict
from moderation.exceptions import ModerationError, ReasonMissing
from moderation.models import Decision, Review
from moderation.queries import decisions_for, decisions_on, reviews_for
from moderation.reason_keys import REASONS
from moderation.services.claiming import CLAIM_HOLDS, JUDGE
from moderation.services.pairing import Pairing
from moderation.services.verdicts import VERDICTS

_LOOK: Final = "moderation.view_review"
_MOST_COUNTED: Final = 10_000
_EXAMPLE_ID: Final = "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e"


def _choice(name: str, options: Iterable[str], about: str, example: str) -> Param:
    known = tuple(options)
    return Param(name=name, read=read.one_of(known), about=about, example=example)


class ReviewFilterSet(Narrowing):
    """The filters of the queue, which its page in the admin shares."""

    beside = (
        _choice("state", STATES, "State; by default open.", "open"),
        _choice("kind", [kind.value for kind in ReviewKind], "The question.", "match"),
        CITY,
        Param(name="source", read=read.text(100), about="Slug of a source.", example="city-calendar"),
        Param(name="category", read=read.text(60), about="Slug of a category.", example="music"),
        _choice("reason", REASONS, "Why it waits.", next(iter(REASONS))),
        _choice("confidence", [*CONFIDENCE, "unknown"], "How sure the machines were.", "low"),
        _choice("age", AGES, "Waiting for at least so long.", "day"),
        _choice("mine", ["1"], "What you hold or have decided.", "1"),
        Param(name="q", read=read.text(100), about="A part of the title.", example="jazz"),
        _choice("include", ["evidence"], "Also the frozen evidence.", "evidence"),
        LIMITS[0],
        CURSOR,
    )  # fmt: skip


_REVIEW: Final = in_path("review_id", "Id of the review.", _EXAMPLE_ID, OpenApiTypes.UUID)
_FILTERS: Final = ("state", "kind", "city", "source", "category", "reason", "confidence", "age", "mine", "q")


def refusal(error: ModerationError | EventError) -> APIException:
    """The error of a service as one of the API: 400 for what was sent, 409 for the state of things."""
    if isinstance(error, ReasonMissing):
        return ValidationError({"reason": [error.detail]})
    return (
        ValidationError({"values": [error.detail]}) if isinstance(error, BadValue) else Conflict(error.detail)
    )


class AdminReviews(StaffView):
    needs: ClassVar = {"GET": _LOOK}

    @extend_schema(
        operation_id="admin_reviews",
        summary="The review queue",
        parameters=ReviewFilterSet.documented(),
        responses=described({200: ReviewPage}, 400, 401, 403),
        tags=["staff"],
        description="Those of your cities. Open ones by priority, the sooner before the later; others the newest first. Follow `next`.",
    )
    def get(self, request: Request) -> Response:
        """Reviews, in the order of the queue."""
        values = ReviewFilterSet(request.query_params, Review.objects.all()).values
        if "city" in values:
            values["city"] = city_slug(values["city"])
        chosen = QueueFilter(**{name: values[name] for name in _FILTERS if name in values})
        rows, limit = queue(request.user, chosen), values.get("limit", 20)
        onward = (
            after(request.user, chosen, _read_cursor(values["cursor"], chosen))
            if "cursor" in values
            else rows
        )
        with_evidence = "include" in values
        onward = (
            onward.select_related("city", "claimed_by")
            if with_evidence
            else onward.select_related("city", "claimed_by").defer("evidence")
        )
        found = list(onward[: limit + 1])
        more, found = len(found) > limit, found[:limit]
        following = next_address(request, cursor=_cursor(found[-1], chosen)) if more else None
        results = shown(found, request, evidence=with_evidence)
        total = rows.order_by().values("pk")[:_MOST_COUNTED].count()
        return with_next({"results": results, "next": following, "has_more": more, "total": total})


class AdminReview(StaffView):
    needs: ClassVar = {"GET": _LOOK}

    @extend_schema(
        operation_id="admin_review",
        summary="One review",
        parameters=[_REVIEW],
        responses=described({200: ReviewDetail}, 401, 403, 404),
        tags=["staff"],
    )
    def get(self, request: Request, review_id: str) -> Response:
        """A review with its evidence and the last decisions on its object."""
        review = _review(request, review_id)
        decisions = [decision_facts(one) for one in decisions_on(review.object_id)[:10]]
        return Response({**shown([review], request, evidence=True)[0], "decisions": decisions})


class AdminVerdict(StaffView):
    needs: ClassVar = {"POST": JUDGE}

    @extend_schema(
        operation_id="admin_review_verdict",
        summary="Decide a review",
        parameters=[_REVIEW],
        request=VerdictWish,
        responses=described({200: DecisionFacts}, 400, 401, 403, 404, 409),
        tags=["staff"],
        description="409 where somebody decided it, is at it, or changed it; the detail says who did what. Each verdict also needs the right for what it does.",
        examples=[
            OpenApiExample(
                "reject", value={"verdict": "reject", "version": 3, "reason": "spam"}, request_only=True
            ),
            OpenApiExample(
                "merge",
                value={
                    "verdict": "merge",
                    "version": 1,
                    "others": [_EXAMPLE_ID],
                    "survivor": _EXAMPLE_ID,
                    "chosen": {"title": _EXAMPLE_ID},
                },
                request_only=True,
            ),
        ],
    )
    def post(self, request: Request, review_id: str) -> Response:
        """Carry out a verdict."""
        review = _review(request, review_id)
        checked = VerdictWish(data=request.data)
        checked.is_valid(raise_exception=True)
        wish = checked.validated_data
        pairing = Pairing(others=tuple(wish["others"]), survivor=wish["survivor"], values=wish["chosen"])
        try:
            decision = services.decide(
                review.pk, Verdict(wish["verdict"]), by=request.user, version=wish["version"], reason=wish["reason"], note=wish["note"], pairing=pairing,
            )  # fmt: skip
        except (ModerationError, EventError) as error:
            raise refusal(error) from error
        return Response(decision_facts(decision))


class AdminUndo(StaffView):
    needs: ClassVar = {"POST": JUDGE}

    @extend_schema(
        operation_id="admin_decision_undo",
        summary="Undo a decision",
        parameters=[in_path("decision_id", "Id of the decision.", _EXAMPLE_ID, OpenApiTypes.UUID)],
        request=None,
        responses=described({200: DecisionFacts}, 401, 403, 404, 409),
        tags=["staff"],
        description="Everything that the verdict did is undone as one: values, locks, merges. 409 where somebody decided or changed something after it.",
    )
    def post(self, request: Request, decision_id: str) -> Response:
        """Undo a decision; the answer is the decision that undoes it."""
        pk = read_id(decision_id, "decision")
        if not decisions_for(request.user, Decision.objects.filter(pk=pk)).exists():
            raise NotFound(f"There is no decision {decision_id[:80]}.")
        try:
            return Response(decision_facts(services.undo(pk, by=request.user)))
        except (ModerationError, EventError) as error:
            raise refusal(error) from error


def shown(reviews: list[Review], request: Request, *, evidence: bool) -> list[dict[str, Any]]:
    """Reviews as the API shows them (one query more, for any number)."""
    ids = [review.object_id for review in reviews]
    versions = dict(Event.objects.filter(pk__in=ids).values_list("pk", "version"))
    return [_facts(review, request, versions, evidence=evidence) for review in reviews]


def decision_facts(decision: Decision) -> dict[str, Any]:
    """A decision as the API shows it."""
    return {
        "id": str(decision.pk),
        "review": decision.review_id,
        "object": decision.object_id,
        "verdict": decision.verdict,
        "reason": decision.reason,
        "note": decision.note,
        "by": str(decision.by) if decision.by else None,
        "at": decision.at,
    }


def _facts(review: Review, request: Request, versions: dict[UUID, int], *, evidence: bool) -> dict[str, Any]:
    names = (
        "kind", "title", "source", "category", "starts_at", "reasons", "reason_keys", "priority", "confidence", "state", "version", "created_at", "decided_at",
    )  # fmt: skip
    is_open = review.state == ReviewState.OPEN
    return {
        "id": str(review.pk),
        "object": str(review.object_id),
        "city": review.city.slug if review.city else None,
        "claim": _claim(review, request) if is_open else None,
        "event_version": versions.get(review.object_id),
        "verdicts": sorted(VERDICTS[ReviewKind(review.kind)]) if is_open else [],
        **{name: getattr(review, name) for name in names},
        **({"evidence": review.evidence} if evidence else {}),
    }


def _claim(review: Review, request: Request) -> dict[str, Any] | None:
    at = review.claimed_at
    if review.claimed_by is None or at is None or at < now() - CLAIM_HOLDS:
        return None
    return {"by": str(review.claimed_by), "since": at, "mine": review.claimed_by == request.user}


def _review(request: Request, review_id: str) -> Review:
    rows = Review.objects.select_related("city", "claimed_by").filter(pk=read_id(review_id, "review"))
    found = reviews_for(request.user, rows).first()
    if found is None:
        raise NotFound(f"There is no review {review_id[:80]}.")
    return found


def _cursor(review: Review, chosen: QueueFilter) -> str:
    """The cursor of the next page: the state that is listed, and the last review's place there."""
    return write_cursor(_list_of(chosen), review.priority, review.starts_at, review.decided_at, review.pk)


def _read_cursor(cursor: str, chosen: QueueFilter) -> Review:
    try:
        priority, starts_at, decided_at, pk = read_cursor(cursor, _list_of(chosen))
        if not isinstance(priority, int) or isinstance(priority, bool) or abs(priority) > 32_767:
            raise ValueError("no priority")
        return Review(
            id=UUID(pk), priority=priority, starts_at=_moment(starts_at), decided_at=_moment(decided_at)
        )
    except (ValueError, TypeError, AttributeError):
        raise refused() from None


def _list_of(chosen: QueueFilter) -> str:
    return f"reviews {chosen.state}"


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without zone")
    return moment
