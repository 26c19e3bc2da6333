"""Shapes of endpoints, deliveries and messages, for the API and its schema."""

from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers as s

from accounts.api.bodies import JsonSerializer
from accounts.api.texts import Text
from events.api.nested import body_schema
from events.serializers import PublicEvent
from webhooks.conditions import PARAMETERS
from webhooks.enums import TYPES, DeliveryState, DisabledBecause, MessageType
from webhooks.models import Delivery, Endpoint

KINDS: Final = [kind.value for kind in TYPES]
MESSAGE_KINDS: Final = [kind.value for kind in MessageType]
STATES: Final = [state.value for state in DeliveryState]
REASONS: Final = [reason.value for reason in DisabledBecause]


@extend_schema_field(body_schema(PARAMETERS))
class _Filter(s.DictField):
    """Which events."""


class EndpointFields(JsonSerializer):
    """What can be changed. What is left out stays as it is."""

    address = Text(
        max_length=1_000,
        required=False,
        format="public-address",
        help_text="https address of a public server.",
    )
    description = Text(max_length=200, required=False, allow_blank=True, help_text="For yourself.")
    types = s.ListField(
        child=s.ChoiceField(KINDS), required=False, min_length=1, max_length=len(KINDS), allow_empty=False,
        help_text="Which changes are sent; all where it is left out.",
    )  # fmt: skip
    filter = _Filter(
        required=False,
        help_text=(
            'Which events: names and values of `/api/v1/events`, such as `{"city": "bengaluru"}`; all where it is empty. '
            "Those that the live feed knows; others are refused."
        ),
    )
    enabled = s.BooleanField(required=False, help_text="Whether messages are sent.")


class EndpointWish(EndpointFields):
    """A new webhook."""

    address = Text(max_length=1_000, format="public-address", help_text="https address of a public server.")


class EndpointFacts(s.Serializer[Any]):
    """A webhook. Its secret is told only when it is made."""

    id = s.UUIDField()
    address = s.CharField()
    description = s.CharField()
    types = s.ListField(child=s.ChoiceField(KINDS))
    filter = s.DictField(child=s.CharField())
    enabled = s.BooleanField()
    disabled_because = s.ChoiceField(
        REASONS, allow_null=True,
        help_text="`owner`; `gone`: it answered 410; `failing`: every try of three days failed.",
    )  # fmt: skip
    disabled_at = s.DateTimeField(allow_null=True)
    failing_since = s.DateTimeField(allow_null=True, help_text="Since when every try fails.")
    last_success_at = s.DateTimeField(allow_null=True)
    waiting = s.IntegerField(help_text="Messages that wait for their next try.")
    dropped = s.IntegerField(help_text="Messages that were given up unsent: too many, or too old.")
    old_secret_until = s.DateTimeField(
        allow_null=True, help_text="Until then messages are also signed with the secret before."
    )
    made_at = s.DateTimeField()


class EndpointMade(EndpointFacts):
    """A webhook with its new secret."""

    secret = s.CharField(help_text="`whsec_…`: verifies the signatures. It is told once.")


class EndpointList(s.Serializer[Any]):
    results = EndpointFacts(many=True)


class Try(s.Serializer[Any]):
    at = s.DateTimeField()
    status = s.IntegerField(allow_null=True)
    error = s.CharField()
    seconds = s.FloatField()


class DeliveryFacts(s.Serializer[Any]):
    """One message to one webhook."""

    id = s.UUIDField()
    webhook_id = s.CharField(help_text="The header `webhook-id` of every try.")
    type = s.ChoiceField(MESSAGE_KINDS)
    event = s.UUIDField(allow_null=True)
    offset = s.IntegerField(allow_null=True, help_text="Of the change, as in `/api/v1/changes`.")
    state = s.ChoiceField(STATES)
    attempts = s.IntegerField(help_text="Since it was queued, or queued again.")
    next_try_at = s.DateTimeField(allow_null=True)
    delivered_at = s.DateTimeField(allow_null=True)
    status = s.IntegerField(allow_null=True, help_text="Of the last answer.")
    error = s.CharField(help_text="Why the last try failed.")
    answer = s.CharField(help_text="The beginning of the last answer, at most 1 kB.")
    tries = Try(many=True, help_text="The last 20.")
    made_at = s.DateTimeField()


class DeliveryPage(s.Serializer[Any]):
    results = DeliveryFacts(many=True)
    next = s.CharField(allow_null=True, help_text="Address of the next page.")
    has_more = s.BooleanField()


class Tombstone(s.Serializer[Any]):
    """What `/api/v1/changes` tells of an event that is not public any more."""

    id = s.UUIDField()
    slug = s.CharField()
    title = s.CharField()
    publication = s.CharField(help_text="`removed`, `merged`, …")
    version = s.IntegerField()
    reason = s.CharField(required=False, help_text="Why it was removed.")
    survivor = s.UUIDField(required=False, help_text="The event that it was merged into.")


class _Sent(s.Serializer[Any]):
    """A message: the body of the request that we send."""

    type = s.ChoiceField(MESSAGE_KINDS)
    timestamp = s.DateTimeField(help_text="When it changed; the header has the time of the try.")
    epoch = s.CharField(help_text="Names one unbroken sequence of offsets, as in `/api/v1/changes`.")
    offset = s.IntegerField(help_text="Of two messages about one event the greater one is newer.")


class EventMessage(_Sent):
    """A message about a public event."""

    data = PublicEvent()  # type: ignore[assignment]  # the name of the specification


class TombstoneMessage(_Sent):
    """A message about an event that is not public any more."""

    data = Tombstone()  # type: ignore[assignment]  # the name of the specification


def endpoint_facts(row: Endpoint, *, waiting: int, secret: str = "") -> dict[str, Any]:
    """An endpoint as EndpointFacts, with its secret as EndpointMade."""
    told = {
        "id": str(row.pk), "address": row.address, "description": row.description, "types": row.types, "filter": row.asked,
        "enabled": row.enabled, "disabled_because": row.disabled_because or None, "disabled_at": row.disabled_at,
        "failing_since": row.failing_since, "last_success_at": row.last_success_at, "waiting": waiting, "dropped": row.dropped,
        "old_secret_until": row.former_until, "made_at": row.made_at,
    }  # fmt: skip
    return {**told, "secret": secret} if secret else told


def delivery_facts(row: Delivery) -> dict[str, Any]:
    """A delivery as DeliveryFacts. Reads `row.message`."""
    return {
        "id": str(row.pk), "webhook_id": row.webhook_id, "type": row.message.type,
        "event": str(row.event_id) if row.event_id else None, "offset": row.number or None, "state": row.state,
        "attempts": row.attempts, "next_try_at": row.due_at if row.state == DeliveryState.WAITING else None,
        "delivered_at": row.delivered_at, "status": row.status, "error": row.error, "answer": row.answer, "tries": row.tries,
        "made_at": row.made_at,
    }  # fmt: skip
