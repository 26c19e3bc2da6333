"""Actions on many events in one call."""

from typing import Any, ClassVar, Final
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.once import once
from accounts.problems import PROBLEM
from events.api.base import StaffView, described
from events.exceptions import EventError
from events.models import Event
from moderation.api.reviewing import refusal
from moderation.api.shapes import MOST, ModerateAction, ModeratedList, Moderation
from moderation.exceptions import ModerationError
from moderation.services.claiming import JUDGE
from moderation.services.moderating import EventAction, Wish, moderate_many

_ID: Final = "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e"
_OTHER: Final = "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4f"
_EXAMPLE: Final = {
    "actions": [
        {"action": "approve", "event": _ID, "version": 3},
        {"action": "reject", "event": _ID, "version": 3, "reason": "spam", "note": "an advertisement"},
        {
            "action": "merge",
            "event": _ID,
            "version": 3,
            "into": _OTHER,
            "into_version": 7,
            "chosen": {"title": _ID},
        },
        {"action": "unmerge", "event": _ID, "version": 4},
        {
            "action": "edit",
            "event": _ID,
            "version": 3,
            "values": {"title": "Raga at Dusk", "start_at": "2026-12-12T20:00:00+05:30"},
        },
    ]
}
_ANSWERED: Final = {
    "results": [
        {
            "event": _ID,
            "action": "approve",
            "status": 200,
            "version": 4,
            "publication": "approved",
            "merged_into": None,
        },
        {
            "event": _ID,
            "action": "reject",
            "status": 409,
            "problem": {
                "type": "about:blank",
                "title": "Conflict",
                "status": 409,
                "detail": "“Raga at Dusk” is of version 4 now, no longer 3. Look at it again.",
                "instance": "/api/v1/admin/events/moderate",
                "request_id": "7f…",
            },
        },
    ],
    "done": 1,
    "failed": 1,
}


_ABOUT: Final = (
    f"Up to {MOST} actions in their order; one that fails stops no other. Alike neighbours (the same action, reason "
    "and note) are the quickest. Each carries the `version` of the event that you saw. The answer is 200 with a status for each; the answer to a call "
    "of one action has that action's status. Each action needs the right for what it does (publish, merge, change) in "
    "the event's city. All of it is undone like any verdict."
)


class AdminModerate(StaffView):
    needs: ClassVar = {"POST": JUDGE}

    @extend_schema(
        operation_id="admin_moderate",
        summary="Act on events",
        description=_ABOUT,
        request=Moderation,
        responses=described({200: ModeratedList}, 400, 401, 403, 404, 409, 413, 415, 422),
        examples=[
            OpenApiExample("several", value=_EXAMPLE, request_only=True),
            OpenApiExample(
                "one done, one refused", value=_ANSWERED, response_only=True, status_codes=["200"]
            ),
        ],
        tags=["staff"],
    )
    @once(in_steps=True)
    def post(self, request: Request) -> Response:
        """Carry out actions, and answer for each."""
        status, said = self._answer(request, _actions(request.data))
        return Response(said, status=status, content_type=PROBLEM if status != 200 else None)

    def _answer(self, request: Request, actions: list[Any]) -> tuple[int, dict[str, Any]]:
        read = [_wish(action, index) for index, action in enumerate(actions)]
        outcomes = iter(moderate_many([one for one in read if isinstance(one, Wish)], by=request.user))
        results = [
            self._said(request, action, next(outcomes) if isinstance(one, Wish) else one)
            for action, one in zip(actions, read, strict=True)
        ]
        failed = sum(result["status"] != 200 for result in results)
        said = {"results": results, "done": len(results) - failed, "failed": failed}
        if len(results) == 1 and failed:
            return results[0]["status"], {**results[0]["problem"], **said}
        return 200, said

    def _said(self, request: Request, action: Any, outcome: Event | Exception) -> dict[str, Any]:
        """What became of one action."""
        named = action if isinstance(action, dict) else {}
        said = {"event": _id(named.get("event")), "action": str(named.get("action", ""))[:20]}
        if isinstance(outcome, Event):
            merged_into = str(outcome.merged_into_id) if outcome.merged_into_id else None
            return {
                **said,
                "status": 200,
                "version": outcome.version,
                "publication": outcome.publication,
                "merged_into": merged_into,
            }
        answer = self.get_exception_handler()(_problem(outcome), {"request": request, "view": self})
        assert answer is not None
        return {**said, "status": answer.status_code, "problem": answer.data}


def _actions(body: Any) -> list[Any]:
    """The actions of a body, which are read one by one. Raises ValidationError."""
    actions = body.get("actions") if isinstance(body, dict) else None
    if not isinstance(actions, list) or not 1 <= len(actions) <= MOST:
        raise ValidationError({"actions": [f"Send a list of 1 to {MOST} actions."]})
    if unknown := sorted(str(name)[:80] for name in body.keys() - {"actions"}):
        raise ValidationError({name: ["There is no such field here; known are actions."] for name in unknown})
    return actions


def _wish(action: Any, index: int) -> Wish | ValidationError:
    """What an action asks for, or why it cannot be read."""
    checked = ModerateAction(data=action)
    if not checked.is_valid():
        return ValidationError({f"actions[{index}]": checked.errors})
    values = dict(checked.validated_data)
    return Wish(**{**values, "action": EventAction(values["action"]), "unlock": tuple(values["unlock"])})


def _problem(error: Exception) -> Exception:
    """The error of an action as one of the API."""
    if isinstance(error, Event.DoesNotExist):
        return NotFound("There is no event with this id, or none that it goes into.")
    return refusal(error) if isinstance(error, ModerationError | EventError) else error


def _id(given: Any) -> str | None:
    try:
        return str(UUID(str(given)))
    except ValueError:
        return None
