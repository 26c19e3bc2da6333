"""`GET /api/v1/changes`: the outbox for clients that sync."""

from django.http import HttpRequest
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.response import Response

from events.api.base import described
from events.api.parameters import in_query
from flags.models import Flag
from flags.services import is_on
from outbox.queries import changes_after, position
from realtime.api.serializers import ChangePage
from realtime.exceptions import Code, Refused
from realtime.feed.pages import can_resume, page_of, read_page_asked
from realtime.feed.protocol import LARGEST_OFFSET, MOST_TOPICS, change_body

_NUMBER = {"type": "integer", "minimum": 0, "maximum": LARGEST_OFFSET}
_MARK = {"type": "string", "pattern": "^([0-9a-zA-Z_]{1,32}-)?[0-9]{1,18}$"}
_TOPICS = {"type": "array", "items": {"type": "string", "format": "topic"}, "maxItems": MOST_TOPICS}


_PARAMETERS = [
    in_query("after", "Offset of the last change that you have, or EPOCH-OFFSET. Default 0.", "4711", _MARK),
    in_query("epoch", "The epoch of that offset.", "0198f1d26c3e7b11", {"type": "string"}),
    in_query(
        "topics", "Comma-separated public topics; all changes without it.", "events:city:bengaluru", _TOPICS
    ),
    in_query("limit", "Changes on a page, default 100; never more than 1000.", 100, _NUMBER),
    in_query("wait", "Wait up to this many seconds (never more than 30) for a change that fits.", 0, _NUMBER),
]


@extend_schema(
    operation_id="changes",
    summary="What changed, in order",
    parameters=_PARAMETERS,
    responses=described({200: ChangePage}, 400, 403, 404),
    tags=["live"],
)
@api_view(["GET", "HEAD"])
def changes(request: HttpRequest) -> Response:
    """Public changes after `after`, in order, tombstones included.

    The response has `epoch`, `offset` (resume with it), `results`, `has_more`, and `recovered`. If
    `recovered` is false, your offset is too old or of another epoch: read everything again and continue from
    `offset`.
    """
    if not is_on(Flag.LIVE_FEED):
        raise NotFound("The live feed is turned off.")
    try:
        asked = read_page_asked(request.GET.dict())
    except Refused as refused:
        raise (PermissionDenied if refused.code is Code.FORBIDDEN else ValidationError)(
            refused.detail
        ) from refused
    here = position()
    rows = (
        list(changes_after(asked.after, limit=asked.limit + 1, topics=asked.topics))
        if can_resume(asked, here)
        else []
    )
    here = here._replace(
        pruned_to=position().pruned_to
    )  # rows that were pruned between the two queries are a gap, which the answer reports
    response = Response(page_of(asked, here, [change_body(row) for row in rows]))
    response["Cache-Control"] = "no-store"
    return response
