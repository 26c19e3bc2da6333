"""Subscriptions, and every mail, which is stored before it is sent."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from accounts.crypto import EncryptedTextField
from digests.enums import Cadence, ConsentStep, DeliveryKind, DeliveryState, Target
from places.validators import validate_timezone

#: The period of a mail that is only looked at.
PREVIEW = "preview"
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


#: The columns that name what a subscription is to; `city` bounds those that it does not name.
_TARGETS = ("area", "category", "place", "organizer", "search", "performer")
_OF_TARGET = {
    Target.CITY: (),
    Target.AREA: ("area",),
    Target.CATEGORY: ("category",),
    Target.SEARCH: ("search",),
    Target.VENUE: ("place",),
    Target.ORGANIZER: ("organizer",),
    Target.PERFORMER: ("performer",),
}


def _names_its_target() -> Q:
    """The condition that a row names what its kind needs, and nothing else."""
    found = Q()
    for kind, named in _OF_TARGET.items():
        one = Q(kind=kind.value)
        for column in _TARGETS:
            empty = Q(performer="") if column == "performer" else Q(**{f"{column}__isnull": True})
            one &= ~empty if column in named else empty
        if kind in (Target.CITY, Target.AREA, Target.CATEGORY):
            one &= Q(city__isnull=False)
        found |= one
    return found


class Subscription(models.Model):
    """One address gets mails about one thing: a city, a part of it, a category in it, a saved search, a venue, an organizer or a performer.

    The address is encrypted, beside its keyed hash. `filters` narrows it (an EventFilter as JSON: categories, tags). A
    performer is the part of an address that all spellings of the name share, and `name` how it was written. It is due on
    `weekday` (0 is Monday) where it is weekly, at `hour`, by the clock of `timezone`, or of the city where that is empty.
    `scheduled_at` is since when it is due then. `looked_at` is up to when events were looked for that are told at once.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    address = EncryptedTextField(blank=True, help_text="empty once it is erased; its keyed hash stays")
    address_hash = models.CharField(max_length=64)
    user = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="subscriptions"
    )
    kind = models.CharField(max_length=9, default=Target.CITY, choices=[(t.value, t.value) for t in Target])
    city = models.ForeignKey(
        "places.City", null=True, blank=True, on_delete=models.CASCADE, related_name="subscriptions"
    )
    area = models.ForeignKey("places.Area", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    category = models.ForeignKey(
        "events.Category", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    place = models.ForeignKey(
        "places.Place", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    organizer = models.ForeignKey(
        "events.Organizer", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    search = models.ForeignKey(
        "saved_searches.SavedSearch", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    performer = models.CharField(max_length=200, blank=True, default="")
    name = models.CharField(max_length=200, blank=True, default="", help_text="of the performer, as written")
    filters = models.JSONField(default=dict, blank=True)
    cadence = models.CharField(
        max_length=7, default=Cadence.WEEKLY, choices=[(c.value, c.value) for c in Cadence]
    )
    weekday = models.PositiveSmallIntegerField(default=0, help_text="0 is Monday")
    hour = models.PositiveSmallIntegerField(default=9, help_text="of the clock there")
    timezone = models.CharField(
        max_length=64, blank=True, default="", validators=[validate_timezone], help_text="empty: the city's"
    )
    scheduled_at = models.DateTimeField(default=now)
    paused_until = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=16, default="en", help_text="of its mails (BCP 47)")
    active = models.BooleanField(default=False, help_text="confirmed and not unsubscribed")
    token_hash = models.CharField(
        max_length=64, unique=True, help_text="keyed hash of the token that its links carry"
    )
    requested_at = models.DateTimeField(default=now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    unsubscribed_at = models.DateTimeField(null=True, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True, help_text="confirmed, or said again since")
    asked_again_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["city", "cadence"], name="subscription_active", condition=Q(active=True)),
            models.Index(
                fields=["cadence", "timezone", "weekday", "hour"],
                name="subscription_due",
                condition=Q(active=True),
            ),
            models.Index(fields=["consented_at"], name="subscription_consented", condition=Q(active=True)),
            models.Index(
                fields=["requested_at"],
                name="subscription_to_erase",
                condition=Q(active=False) & ~Q(address=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["address_hash", "kind", "city", *_TARGETS],
                name="subscription_unique",
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="subscription_target", condition=_names_its_target()),
            models.CheckConstraint(name="subscription_hour", condition=Q(weekday__lte=6, hour__lte=23)),
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
        return f"{self.kind} {self.cadence}"


class Consent(models.Model):
    """What a person did for a subscription, or against it: when, how (form, api, link, account), and the text that they saw."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="consents")
    step = models.CharField(max_length=9, choices=[(s.value, s.value) for s in ConsentStep])
    how = models.CharField(max_length=20)
    text = models.CharField(max_length=600, blank=True, default="")
    language = models.CharField(max_length=16, blank=True, default="")
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(name="consent_step", condition=Q(step__in=[s.value for s in ConsentStep]))
        ]

    def __str__(self) -> str:
        return f"{self.step} by {self.how}"


class Delivery(models.Model):
    """One mail, recorded before it is sent.

    `period` makes it unique: the same week twice is the same row. The first `changed` of its events were sent before and
    have changed; `marks` are what each of them looked like (`digests.choosing.marks`).

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
    marks = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    changed = models.PositiveSmallIntegerField(default=0)
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
