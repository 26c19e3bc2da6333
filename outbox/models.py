"""The outbox: changes in the order in which readers get them. It is independent of the other apps."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from outbox.enums import Audience


class Change(models.Model):
    """One visible change, written in the same transaction.

    Rows are written without a number. After the commit `outbox.services.number_changes` numbers all of them,
    so that a reader who asks "after N" misses none, whatever the order of commits. `transaction` is the
    writer's top-level transaction id, which the deferred triggers look for.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.BigIntegerField(null=True, unique=True, editable=False)
    transaction = models.BigIntegerField(
        db_default=RawSQL("(pg_current_xact_id()::text)::bigint", []), editable=False
    )
    type = models.CharField(max_length=40)
    object_type = models.CharField(max_length=40)
    object_id = models.UUIDField()
    audience = models.CharField(
        max_length=10, default=Audience.PUBLIC, choices=[(a.value, a.value) for a in Audience]
    )
    user_id = models.UUIDField(null=True, blank=True)
    topics = ArrayField(models.CharField(max_length=120))
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField(default=now)

    class Meta:
        permissions = [("broadcast_change", "Can tell all readers something")]
        indexes = [
            models.Index(fields=["object_id", "transaction"], name="change_object_transaction"),
            models.Index(fields=["id"], name="change_unnumbered", condition=models.Q(number__isnull=True)),
            models.Index(fields=["at"], name="change_at"),
            # the list of the admin: newest first, narrowed by type or audience, or by a request
            models.Index(fields=["type", "-number"], name="change_type"),
            models.Index(
                fields=["-number"],
                name="change_not_public",
                condition=~models.Q(audience=Audience.PUBLIC.value),
            ),
            models.Index(fields=["request_id"], name="change_request", condition=~models.Q(request_id="")),
            GinIndex(fields=["topics"], name="change_topics"),
        ]
        constraints = [
            models.CheckConstraint(
                name="change_audience", condition=models.Q(audience__in=[a.value for a in Audience])
            ),
            models.CheckConstraint(
                name="change_user_audience",
                condition=models.Q(audience=Audience.USER.value, user_id__isnull=False)
                | ~models.Q(audience=Audience.USER.value),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or 'unnumbered'} {self.type} {self.object_id}"


class Epoch(models.Model):
    """One row.

    The epoch names one unbroken sequence of numbers; a restore from a backup begins a new one. `last_number`
    is the newest number.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    epoch = models.CharField(max_length=32)
    last_number = models.BigIntegerField(default=0)
    pruned_to = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.CheckConstraint(name="epoch_is_one_row", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"{self.epoch}-{self.last_number}"


class Cursor(models.Model):
    """How far one consumer of the outbox has read (feed, sync, webhooks, digests, cache purge)."""

    name = models.CharField(max_length=60, primary_key=True)
    number = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(name="cursor_not_negative", condition=models.Q(number__gte=0))]

    def __str__(self) -> str:
        return f"{self.name} at {self.number}"
