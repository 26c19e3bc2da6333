"""Notices, their deliveries, and what people chose."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from accounts.crypto import EncryptedTextField
from notices.enums import Channel, DeliveryState, Kind, NoticeState

_KINDS = [(kind.value, kind.value) for kind in Kind]
_CHANNELS = [(channel.value, channel.value) for channel in Channel]
_ONE_PERSON = Q(user__isnull=False, address_hash="") | (Q(user=None) & ~Q(address_hash=""))


class Notice(models.Model):
    """What one person is told once: one kind, about one `subject`, for one `period`.

    The person is an account, or an address without one (`address` with its keyed hash, `language` of its mails). `facts` has
    what the words are made of (`notices.words`), by kind. It gathers until `due_at`, and is told at `told_at`. `is_mailed`:
    another app mails the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    address = EncryptedTextField(blank=True, default="")
    address_hash = models.CharField(max_length=64, blank=True, default="")
    language = models.CharField(max_length=16, blank=True, default="")
    kind = models.CharField(max_length=12, choices=_KINDS)
    subject = models.CharField(max_length=80)
    period = models.CharField(max_length=80, blank=True, default="")
    facts = models.JSONField(default=dict)
    is_mailed = models.BooleanField(default=False)
    state = models.CharField(
        max_length=4,
        default=NoticeState.OPEN,
        choices=[(each.value, each.value) for each in NoticeState],
    )
    made_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(default=now)
    told_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-told_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "address_hash", "kind", "subject", "period"],
                name="notice_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="notice_of_one_person", condition=_ONE_PERSON),
            models.CheckConstraint(name="notice_kind", condition=Q(kind__in=[kind.value for kind in Kind])),
            models.CheckConstraint(
                name="notice_told",
                condition=Q(state="told", told_at__isnull=False) | (~Q(state="told") & Q(told_at=None)),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="notice_due", condition=Q(state="open")),
            models.Index(fields=["user", "-told_at", "-id"], name="notice_list", condition=Q(state="told")),
            models.Index(fields=["user"], name="notice_unread", condition=Q(state="told", read_at=None)),
            models.Index(fields=["made_at"], name="notice_made"),
            models.Index(fields=["address_hash"], name="notice_address", condition=~Q(address_hash="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class PushDevice(models.Model):
    """A browser of a person that is told by push, until the person or the push service ends it.

    `endpoint` is the address at the push service, which is a secret: who knows it can send there. `p256dh` and `auth` are the
    browser's keys (RFC 8291), base64url. `server_key` is our public key that it accepts. `session_id` names the session in
    which it was added (`accounts.services.sessions`): it ends with that. `client` is what the browser calls itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session_id = models.UUIDField(null=True, blank=True, db_index=True)
    endpoint = EncryptedTextField()
    endpoint_hash = models.CharField(max_length=64, unique=True)
    p256dh = models.CharField(max_length=90)
    auth = EncryptedTextField()
    server_key = models.CharField(max_length=90)
    client = models.CharField(max_length=120, blank=True, default="")
    made_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"device {self.pk}"


class NoticeDelivery(models.Model):
    """One notice on its way by one channel, for push to one device. A process claims it until `lease_until`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=_CHANNELS)
    device = models.ForeignKey(
        PushDevice, null=True, blank=True, on_delete=models.CASCADE, related_name="deliveries"
    )
    state = models.CharField(
        max_length=8,
        default=DeliveryState.WAITING,
        choices=[(each.value, each.value) for each in DeliveryState],
    )
    made_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(default=now)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name_plural = "notice deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel", "device"], name="notice_delivery_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="notice_delivery_device",
                condition=Q(channel="push", device__isnull=False) | (~Q(channel="push") & Q(device=None)),
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="notice_delivery_due", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"


class NoticeChoice(models.Model):
    """What a person chose for one kind and channel; without a row it is as the table of kinds has it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    address_hash = models.CharField(max_length=64, blank=True, default="")
    kind = models.CharField(max_length=12, choices=_KINDS)
    channel = models.CharField(max_length=8, choices=_CHANNELS)
    is_on = models.BooleanField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "address_hash", "kind", "channel"],
                name="notice_choice_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="notice_choice_of_one_person", condition=_ONE_PERSON),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.channel}: {'on' if self.is_on else 'off'}"
