"""Listings of events, and proposals."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from events.models.event import Event
from events.models.origin import Origin


class Listing(models.Model):
    """One source's entry for an event, and whether it is still listed.

    Un-merge returns listings by `first_event`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="listings")
    first_event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="own_listings")
    origin = models.ForeignKey(Origin, on_delete=models.CASCADE, related_name="listings", db_index=False)
    external_id = models.CharField(max_length=300)
    recurrence_id = models.CharField(max_length=40, blank=True, default="")
    url = models.URLField(max_length=2000, blank=True, default="")
    facts = models.JSONField(
        default=dict, blank=True, help_text="the normalized event as this origin last told it"
    )
    first_seen_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)
    missing_since = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(
        null=True, blank=True, help_text="when matching added it on arrival to an event that was there"
    )
    joined = models.JSONField(
        default=dict, blank=True, help_text='the evidence for that: {"similarity", "reasons", "fields"}'
    )
    mismatched_since = models.DateTimeField(
        null=True,
        blank=True,
        db_column="stray_since",
        help_text="since when it no longer matches the event's other listings; facts from then on are not effective",
    )
    accepted = models.JSONField(
        null=True,
        blank=True,
        db_column="fitting",
        help_text="the effective part of the facts, where that is not all: for a mismatched listing its facts when it last matched, else what was accepted",
    )

    told_by = models.ForeignKey(
        "events.Organizer",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        help_text="the organizer whose team wrote it here",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "external_id", "recurrence_id"], name="listing_unique")
        ]

    def __str__(self) -> str:
        return f"{self.origin_id} {self.external_id}"


class Proposal(models.Model):
    """A doubtful change to a published event, kept beside the approved value until a moderator decides."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="proposals")
    origin = models.ForeignKey(Origin, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    fields = models.JSONField(help_text='{field: {"from": …, "to": …}}')
    reasons = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    created_at = models.DateTimeField(default=now)
    decided_at = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "origin"],
                condition=Q(decided_at__isnull=True),
                nulls_distinct=False,
                name="proposal_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {', '.join(self.fields)}"
