"""The staff's view of the feed: readers by topic, and broadcasts to them."""

from typing import ClassVar

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from redis.exceptions import RedisError
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.once import once
from events.api import readers as read
from events.api.base import StaffView, described, documented
from events.api.parameters import Param, read_query
from flags.models import Flag
from flags.services import is_on
from realtime.api.serializers import Broadcast, BroadcastDone, LiveTopics, notice_facts
from realtime.connections.registry import ENGINE, WAYS, open_registry, readers_by_topic
from realtime.services import BROADCAST, broadcast

_TOPICS = (
    Param(name="q", read=read.text(120), about="What the topic begins with.", example="events:city:"),
    Param(
        name="limit",
        read=read.whole(1, 1000),
        about="Number of topics, default 100.",
        example=100,
    ),
)


class NotKnown(APIException):
    """503: the hubs' reports cannot be read now."""

    status_code = 503
    default_detail = "Valkey, to which the processes report, does not answer. Try again in a moment."


class LiveStaffView(StaffView):
    """Only for staff, while the feed is on."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """As DRF does. Raises 404 while the feed is off."""
        super().initial(request, *args, **kwargs)
        if not is_on(Flag.LIVE_FEED):
            raise Http404


class AdminLiveTopics(LiveStaffView):
    needs: ClassVar = {"GET": "outbox.view_change"}

    @extend_schema(
        operation_id="admin_live_topics",
        summary="Readers by topic",
        description="Over all processes, as they reported in the last seconds. The topics of single users are one line, `user:me`.",
        parameters=documented(_TOPICS),
        responses=described({200: LiveTopics}, 400, 401, 403, 404),
        tags=["staff"],
    )
    def get(self, request: Request) -> Response:
        """Readers by topic, the topics with the most readers first."""
        values = read_query(request.query_params, _TOPICS)
        try:
            hub_stats = open_registry().hub_stats()
        except RedisError as error:
            raise NotKnown from error
        readers = {
            topic: count
            for topic, count in readers_by_topic(hub_stats).items()
            if topic.startswith(values.get("q", ""))
        }
        ranked = sorted(readers.items(), key=lambda pair: (-pair[1], pair[0]))[: values.get("limit", 100)]
        connections = {way: sum(each.connections.get(way, 0) for each in hub_stats) for way in WAYS}
        topics = [{"topic": topic, "readers": count} for topic, count in ranked]
        processes = sum(ENGINE not in each.connections for each in hub_stats)
        return Response(
            {"processes": processes, "connections": connections, "total": len(readers), "topics": topics}
        )


class AdminLiveBroadcast(LiveStaffView):
    needs: ClassVar = {"POST": BROADCAST}

    @extend_schema(
        operation_id="admin_live_broadcast",
        summary="Send a notice to readers",
        description="A `system.notice` with an offset, so that a reader who is away for a moment gets it too. Kept in the admin's log.",
        request=Broadcast,
        responses=described({201: BroadcastDone}, 400, 401, 403, 404),
        tags=["staff"],
    )
    @once
    def post(self, request: Request) -> Response:
        """Send a notice to all readers, or to those of some topics."""
        wish = Broadcast(data=request.data)
        wish.is_valid(raise_exception=True)
        asked = wish.validated_data
        change = broadcast(
            asked["message"],
            level=asked["level"],
            topics=asked["topics"],
            minutes=asked["minutes"],
            by=request.user,
            now=timezone.now(),
        )
        return Response(notice_facts(change), status=201)
