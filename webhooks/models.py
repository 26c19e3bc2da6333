"""Endpoints of people, the messages that are sent, and their deliveries."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from accounts.crypto import EncryptedTextField
from webhooks.enums import DeliveryState, DisabledBecause, MessageType


class Endpoint(models.Model):
    """An address to which a person has changes of events sent.

    `asked` is the filter as the person gave it (names and texts of the API's query), `conditions` the EventFilter in
    JSON; both are empty for all events. `begins_after` is a number of the outbox: only later changes are sent. Until
    `former_until` messages are signed with `former_secret` too. `failures` counts failed tries in a row since
    `failing_since`; nothing is tried before `rests_until`. `is_slow`: the last try failed or took long, or there was
    none yet. Who sends holds `claim` until `claimed_until`. `dropped` counts changes that were given up unsent.
    `notice` is why its owner is still to be told that it was disabled.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    address = EncryptedTextField()
    host = models.CharField(max_length=260)
    description = models.CharField(max_length=200, blank=True, default="")
    types = ArrayField(models.CharField(max_length=40))
    asked = models.JSONField(default=dict, blank=True)
    conditions = models.JSONField(default=dict, blank=True)
    secret = EncryptedTextField()
    former_secret = EncryptedTextField(blank=True, default="")
    former_until = models.DateTimeField(null=True, blank=True)
    enabled = models.BooleanField(default=True)
    disabled_because = models.CharField(
        max_length=10, blank=True, default="", choices=[(each.value, each.value) for each in DisabledBecause]
    )
    disabled_at = models.DateTimeField(null=True, blank=True)
    begins_after = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    rests_until = models.DateTimeField(null=True, blank=True)
    is_slow = models.BooleanField(default=True)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True)
    served_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    dropped = models.PositiveBigIntegerField(default=0)
    notice = models.CharField(max_length=10, blank=True, default="")
    notice_tries = models.PositiveSmallIntegerField(default=0)
    notice_lease = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["made_at", "id"]
        indexes = [
            models.Index(fields=["user"], name="endpoint_user"),
            models.Index(fields=["notice_lease"], name="endpoint_notice", condition=~Q(notice="")),
        ]

    def __str__(self) -> str:
        return f"{self.host} of {self.user_id}"


class Message(models.Model):
    """What is sent, byte by byte the same to every endpoint and at each try.

    `change_id` and `number` are those of the change; a test has neither, and no event.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    change_id = models.UUIDField(null=True, unique=True)
    number = models.BigIntegerField(default=0)
    type = models.CharField(max_length=40, choices=[(each.value, each.value) for each in MessageType])
    event_id = models.UUIDField(null=True)
    body = models.TextField()
    made_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["made_at"], name="message_made")]

    def __str__(self) -> str:
        return f"{self.type} {self.number}"


class Delivery(models.Model):
    """One message to one endpoint. Its id is the `webhook-id`, which stays the same at each try.

    `number` and `event_id` repeat those of the message, for the order. `queued_at`: since when it waits (anew after a
    redelivery); `due_at`: the next try. `tries` are the last ones, `[{at, status, error, seconds}]`; `status`, `error`
    and `answer` (the beginning of the body) are those of the last try.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    number = models.BigIntegerField(default=0)
    event_id = models.UUIDField(null=True)
    state = models.CharField(
        max_length=10,
        default=DeliveryState.WAITING,
        choices=[(each.value, each.value) for each in DeliveryState],
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(default=now)
    tried_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True, default="")
    answer = models.TextField(blank=True, default="")
    tries = models.JSONField(default=list, blank=True)
    made_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["endpoint", "message"], name="delivery_once")]
        indexes = [
            models.Index(
                fields=["endpoint", "number", "id"],
                name="delivery_waiting",
                condition=Q(state=DeliveryState.WAITING.value),
            ),
            models.Index(
                fields=["endpoint", "event_id", "number"],
                name="delivery_waiting_event",
                condition=Q(state=DeliveryState.WAITING.value),
            ),
            models.Index(fields=["endpoint", "-id"], name="delivery_log"),
            models.Index(fields=["tried_at"], name="delivery_tried"),
            models.Index(fields=["message"], name="delivery_message"),
        ]

    def __str__(self) -> str:
        return f"{self.number} to {self.endpoint_id}: {self.state}"

    @property
    def webhook_id(self) -> str:
        """The `webhook-id` of every try: without a point, as the signature needs it."""
        return f"msg_{self.pk.hex}"
