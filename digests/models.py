"""Subscriptions, and every mail, which is stored before it is sent."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from accounts.crypto import EncryptedTextField
from digests.enums import Cadence, DeliveryKind, DeliveryState

#: States of a mail that was not sent, or not yet.
UNSENT = [
    state.value
    for state in (
        DeliveryState.RECORDED,
        DeliveryState.SENDING,
        DeliveryState.FAILED,
        DeliveryState.UNKNOWN,
    )
]


class Subscription(models.Model):
    """One address for one city.

    The address is encrypted, beside its keyed hash; `filters` is an EventFilter as JSON.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    address = EncryptedTextField(blank=True, help_text="empty once it is erased; its keyed hash stays")
    address_hash = models.CharField(max_length=64)
    user = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="subscriptions"
    )
    city = models.ForeignKey("places.City", on_delete=models.CASCADE, related_name="subscriptions")
    filters = models.JSONField(default=dict, blank=True)
    cadence = models.CharField(
        max_length=7, default=Cadence.WEEKLY, choices=[(c.value, c.value) for c in Cadence]
    )
    language = models.CharField(max_length=16, default="en", help_text="of its mails (BCP 47)")
    active = models.BooleanField(default=False, help_text="confirmed and not unsubscribed")
    token_hash = models.CharField(
        max_length=64, unique=True, help_text="keyed hash of the token that its links carry"
    )
    requested_at = models.DateTimeField(default=now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    unsubscribed_at = models.DateTimeField(null=True, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["city", "cadence"], name="subscription_active", condition=Q(active=True)),
            models.Index(
                fields=["requested_at"],
                name="subscription_to_erase",
                condition=Q(active=False) & ~Q(address=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["address_hash", "city"], name="subscription_unique"),
            models.CheckConstraint(
                name="subscription_cadence", condition=Q(cadence__in=[c.value for c in Cadence])
            ),
            models.CheckConstraint(
                name="subscription_active_is_confirmed",
                condition=Q(active=False) | Q(confirmed_at__isnull=False, unsubscribed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="subscription_active_has_address", condition=Q(active=False) | ~Q(address="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city_id} {self.cadence}"


class Delivery(models.Model):
    """One mail, recorded before it is sent.

    `period` makes it unique: the same week twice is the same row.

    A process claims it until `lease_until`. If the process dies, another one sends it after that, unless the door says
    that it may have gone: then its state is `unknown`, until the provider or an operator settles it. A failed
    mail is retried at `retry_at`; where that is empty, it was given up.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in DeliveryKind])
    period = models.CharField(max_length=40)
    state = models.CharField(
        max_length=8, default=DeliveryState.RECORDED, choices=[(s.value, s.value) for s in DeliveryState]
    )
    event_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    subject = models.CharField(max_length=200, blank=True, default="")
    message_id = models.CharField(max_length=200, blank=True, default="")
    error = models.CharField(
        max_length=500, blank=True, default="", help_text="why it did not go, without addresses"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(
        null=True, blank=True, help_text="when an operator let it be sent again, however late"
    )
    request_id = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        permissions = [
            ("read_mailbox", "Can read the local mailbox, with the addresses and links of its mails")
        ]
        indexes = [
            models.Index(fields=["created_at"], name="delivery_unsent", condition=Q(state__in=UNSENT)),
            models.Index(
                fields=["retry_at"],
                name="delivery_retried",
                condition=Q(state="failed", retry_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "kind", "period"], name="delivery_unique"),
            models.CheckConstraint(
                name="delivery_state", condition=Q(state__in=[s.value for s in DeliveryState])
            ),
            models.CheckConstraint(
                name="delivery_leased_while_sending",
                condition=Q(state="sending", lease_until__isnull=False)
                | (~Q(state="sending") & Q(lease_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="delivery_kind", condition=Q(kind__in=[k.value for k in DeliveryKind])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.period} {self.state}"
