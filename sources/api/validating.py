"""A dry run for staff: the result of a source's answer, or of events as JSON. Nothing is stored."""

from typing import Any, ClassVar, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.once import once
from events.api.asking import city_slug
from events.api.base import StaffView, described, in_path
from sources import tasks
from sources.lab import validate
from sources.lab.validate import INSPECT
from sources.serializers import Validated, Validation, ValidationWaits

#: A request waits so many seconds for the worker. After that the answer is the address of the result.
PATIENCE: Final = 15.0


class NoWorkers(APIException):
    """503: the queue is unreachable."""

    status_code = 503
    default_detail = "The queue cannot be reached; try again in a moment."


class Unreadable(ValidationError):
    """422: the request is right, and nothing can be read from the answer or the events that it has."""

    status_code = 422


class AdminValidate(StaffView):
    needs: ClassVar = {"POST": INSPECT}

    @extend_schema(
        operation_id="admin_validate",
        summary="Try events or a source's answer",
        description="Reads and refines the content as a fetch would, or `events` as JSON; stores nothing and sends no request. Each item has its quality and "
        "flags, the whole has the summary that `inspect_source` prints. A worker does it. If it takes long, the answer is 202 with the address of the result. "
        "422 where nothing can be read from it.",
        request=Validation,
        responses=described({200: Validated, 202: ValidationWaits}, 400, 401, 403, 413, 415, 422),
        tags=["staff"],
    )
    @once(in_steps=True)
    def post(self, request: Request) -> Response:
        """Validate an answer or events."""
        checked = Validation(data=request.data)
        checked.is_valid(raise_exception=True)
        given = dict(checked.validated_data)
        if given.get("city"):
            given["city"] = city_slug(given["city"])
        if given.get("now"):
            given["now"] = given["now"].isoformat()
        try:
            token = validate.begin(given, by=request.user)
            tasks.process_validation.delay(token)
        except (RedisError, OperationalError) as error:
            raise NoWorkers from error
        return _answered(token, seconds=PATIENCE)


class AdminValidation(StaffView):
    needs: ClassVar = {"GET": INSPECT}

    @extend_schema(
        operation_id="admin_validation",
        summary="The answer of a dry run that took long",
        parameters=[
            in_path(
                "token",
                "As in the answer of the dry run.",
                "3f0c6e5a1b2d4c7f8e9a0b1c2d3e4f50",
                OpenApiTypes.STR,
            )
        ],
        responses=described({200: Validated, 202: ValidationWaits}, 400, 401, 403, 404, 422),
        tags=["staff"],
    )
    def get(self, request: Request, token: str) -> Response:
        """The result again, for a quarter of an hour."""
        return _answered(token)


def _answered(token: str, *, seconds: float = 0.0) -> Response:
    try:
        found: dict[str, Any] | None = validate.answer_to(token, seconds=seconds)
    except RedisError as error:
        raise NoWorkers from error
    if found is None:
        raise NotFound("There is no such dry run, or it has expired.")
    if "error" in found:
        kind = Unreadable if found["state"] == "unreadable" else ValidationError
        raise kind({found["error"]["field"]: [found["error"]["detail"]]})
    if found["state"] == "done":
        return Response(found["result"])
    place = f"/api/v1/admin/validate/{token}"
    return Response(
        {"token": token, "status": "waiting", "url": place}, status=202, headers={"Location": place}
    )
