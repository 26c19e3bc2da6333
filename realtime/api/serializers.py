"""Serializers of the feed's API, for OpenAPI."""

from typing import Any

from rest_framework import serializers as s

from accounts.api.bodies import JsonSerializer
from accounts.api.texts import Text
from realtime.exceptions import Refused
from realtime.feed.protocol import OWN_TOPIC, STAFF_TOPICS, read_topics

NOTICE_LEVELS = ["info", "warning"]


class LiveChange(s.Serializer):
    """A message of the live protocol (docs/live.md)."""

    type = s.CharField(help_text="`event.changed`, `place.status`, …")
    offset = s.IntegerField()
    topics = s.ListField(child=s.CharField(), help_text="The union of before and after the change.")
    topic = s.CharField(help_text="The object's own, such as `events:event:ID`.")
    at = s.DateTimeField()
    data = s.JSONField()  # type: ignore[assignment]  # the name of the protocol


class ChangePage(s.Serializer):
    epoch = s.CharField(help_text="Names one unbroken sequence of offsets.")
    offset = s.IntegerField(help_text="Ask with it next.")
    recovered = s.BooleanField(
        help_text="False: your offset is too old or of another epoch. Read everything again, then continue from `offset`."
    )
    has_more = s.BooleanField()
    results = LiveChange(many=True)


class TopicReaders(s.Serializer):
    topic = s.CharField()
    readers = s.IntegerField()


class LiveTopics(s.Serializer):
    processes = s.IntegerField(help_text="ASGI processes that reported within 20 seconds.")
    connections = s.DictField(
        child=s.IntegerField(),
        help_text="Open ones: websocket, sse, poll, and engine (WebSockets that nginx with nchan serves).",
    )
    total = s.IntegerField(help_text="How many topics have readers.")
    topics = TopicReaders(many=True, help_text="Those with the most readers first.")


class Broadcast(JsonSerializer):
    message = Text(max_length=500, help_text="Plain text, shown to readers.")
    level = s.ChoiceField(NOTICE_LEVELS, default="info")
    topics = s.ListField(
        child=Text(format="topic"),
        default=list,
        max_length=50,
        help_text="Public topics; all readers without any.",
    )
    minutes = s.IntegerField(
        min_value=1,
        max_value=7 * 24 * 60,
        default=60,
        help_text="For how long it holds; `until` in the notice's data.",
    )

    def validate_topics(self, given: list[str]) -> list[str]:
        """The topics, if all are public and exist."""
        if not given:
            return []
        try:
            topics = read_topics(given)
        except Refused as refused:
            raise s.ValidationError(refused.detail) from refused
        if any(topic == OWN_TOPIC or topic.startswith(STAFF_TOPICS) for topic in topics):
            raise s.ValidationError("A notice goes to public topics.")
        return list(topics)


class BroadcastDone(s.Serializer):
    id = s.UUIDField()
    topics = s.ListField(child=s.CharField())
    until = s.DateTimeField()


def notice_facts(change: Any) -> dict[str, Any]:
    """The response to a broadcast."""
    return {"id": change.object_id, "topics": change.topics, "until": change.data["until"]}
