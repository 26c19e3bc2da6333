"""Who comes to an event, on which terms, and the mails about it."""

import secrets
from base64 import b32encode

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from accounts.crypto import EncryptedTextField
from events.enums import Happening
from events.models import Event
from registrations.enums import MailKind, MessageAudience, MessageState, RegistrationState

#: States that hold seats, and those in which a person wants to come.
HOLDING = (RegistrationState.REGISTERED.value, RegistrationState.OFFERED.value)
ACTIVE = (*HOLDING, RegistrationState.WAITING.value)


def new_code() -> str:
    """16 letters and digits (80 bits) that a QR code shows, and a person can type."""
    return b32encode(secrets.token_bytes(10)).decode()


class RegistrationSetup(models.Model):
    """The terms on which people register for an event. Its row is the lock of all changes of registrations of the event.

    `came_from` is the event whose setup a merge brought here, until its team sets terms of its own. `changed_at` is when the event changed
    first since those who come were told (`registrations.services.changes`).
    """

    event = models.OneToOneField(
        Event, primary_key=True, on_delete=models.CASCADE, related_name="registration_setup"
    )
    is_open = models.BooleanField(default=True)
    capacity = models.PositiveIntegerField(null=True, blank=True, help_text="seats; empty for no bound")
    most_guests = models.PositiveSmallIntegerField(default=0, help_text="that one person may bring")
    has_waitlist = models.BooleanField(default=True)
    closes_at = models.DateTimeField(null=True, blank=True, help_text="by default when the event begins")
    questions = models.JSONField(default=list, blank=True)
    came_from = models.UUIDField(null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(
                fields=["changed_at"], name="registration_changed", condition=Q(changed_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"registration of {self.event_id}"


class Registration(models.Model):
    """One address comes to one event, with guests, or waits for seats.

    The waitlist is ordered by `queued_at`. `merged_from` is the event it was made for, while that is merged into another; `merged_state` the state
    it had before another of its address stood for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="registered")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = EncryptedTextField()
    address = EncryptedTextField()
    address_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=16, default="en")
    guests = models.PositiveSmallIntegerField(default=0)
    answers = EncryptedTextField(blank=True, default="", help_text="JSON")
    state = models.CharField(
        max_length=10, choices=[(state.value, state.value) for state in RegistrationState]
    )
    queued_at = models.DateTimeField(default=now)
    offer_ends_at = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    checked_in_at = models.DateTimeField(null=True, blank=True)
    no_messages = models.BooleanField(
        default=False, help_text="wants no messages of the team about this event"
    )
    merged_from = models.UUIDField(null=True, blank=True, editable=False)
    merged_state = models.CharField(max_length=10, blank=True, default="", editable=False)
    told_start_at = models.DateTimeField(null=True, blank=True, editable=False)
    told_happening = models.CharField(
        max_length=12, default=Happening.SCHEDULED.value, db_default=Happening.SCHEDULED.value, editable=False
    )
    told_place_id = models.UUIDField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["queued_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "address_hash"], name="registration_once", condition=~Q(state="merged")
            ),
            models.CheckConstraint(
                name="registration_state", condition=Q(state__in=[state.value for state in RegistrationState])
            ),
            models.CheckConstraint(
                name="registration_offer_ends",
                condition=Q(state="offered", offer_ends_at__isnull=False)
                | (~Q(state="offered") & Q(offer_ends_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["event", "queued_at"], name="registration_active", condition=Q(state__in=ACTIVE)
            ),
            models.Index(fields=["offer_ends_at"], name="registration_offer", condition=Q(state="offered")),
            models.Index(fields=["address_hash"], name="registration_address"),
            models.Index(fields=["user"], name="registration_user", condition=Q(user__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.state} for {self.event_id}"

    @property
    def seats(self) -> int:
        return 1 + self.guests


class EventMessage(models.Model):
    """What a team writes to those who come, or wait. `receivers` counts the mails that were recorded when it was sent."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="messages")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    audience = models.CharField(max_length=8, choices=[(one.value, one.value) for one in MessageAudience])
    subject = models.CharField(max_length=120)
    text = models.CharField(max_length=3000)
    state = models.CharField(max_length=8, choices=[(one.value, one.value) for one in MessageState])
    receivers = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["event", "-created_at"], name="event_message_event")]
        constraints = [
            models.CheckConstraint(
                name="event_message_state", condition=Q(state__in=[one.value for one in MessageState])
            )
        ]

    def __str__(self) -> str:
        return self.subject


class RegistrationMail(models.Model):
    """A mail about a registration, recorded with the change that it tells of. A process claims it until `lease_until`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="mails")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in MailKind])
    message = models.ForeignKey(
        EventMessage, null=True, blank=True, on_delete=models.CASCADE, related_name="mails"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"], name="registration_mail_unsent", condition=Q(sent_at__isnull=True)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "registration"],
                name="registration_message_once",
                condition=Q(message__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_mail_kind", condition=Q(kind__in=[kind.value for kind in MailKind])
            ),
        ]

    def __str__(self) -> str:
        return self.kind
