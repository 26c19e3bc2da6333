"""Reviews and decisions."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from moderation.enums import RejectReason, ReviewKind, ReviewState, Verdict

#: The most events in one decision of a rule.
MOST_EVENTS = 1_000
#: The longest reason, in characters; a longer one is cut between two words.
LONGEST_REASON = 500


class Review(models.Model):
    """One question to a moderator: a kind, an object's id, and evidence frozen as JSON.

    Every action carries `version`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in ReviewKind])
    object_id = models.UUIDField()
    title = models.CharField(max_length=300)
    city = models.ForeignKey(
        "places.City", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    other_cities = ArrayField(
        models.UUIDField(null=True), default=list, blank=True,
        help_text="the cities that it concerns beside `city`: only who works in all of them sees it",
    )  # fmt: skip
    starts_at = models.DateTimeField(null=True, blank=True, help_text="what starts soon is judged first")
    evidence = models.JSONField(default=dict)
    reasons = ArrayField(models.CharField(max_length=LONGEST_REASON), default=list, blank=True)
    source = models.CharField(max_length=120, blank=True, default="", help_text="slug of the source")
    category = models.CharField(max_length=60, blank=True, default="")
    reason_keys = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    confidence = models.FloatField(
        null=True, blank=True, help_text="0 to 1: how certain the machine is; empty where it does not say"
    )
    audience = models.PositiveIntegerField(default=0, help_text="how many have seen, booked or shared it")
    series = models.UUIDField(null=True, blank=True, help_text="the series of its event")
    place = models.UUIDField(null=True, blank=True, help_text="the venue of its event")
    urgency = models.SmallIntegerField(default=0, help_text="the part of the priority that its filer sets")
    priority = models.SmallIntegerField(default=0, help_text="higher comes first; see `moderation.weights`")
    rules = ArrayField(
        models.CharField(max_length=24), default=list, blank=True,
        help_text="the rules that asked for it, by name (moderation/rules/table.py); reasons has their sentences",
    )  # fmt: skip
    measures = models.JSONField(
        default=dict, blank=True, help_text="what the rules measured, by threshold, for dry runs"
    )
    state = models.CharField(
        max_length=9, default=ReviewState.OPEN, choices=[(s.value, s.value) for s in ReviewState]
    )
    claimed_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    request_id = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(default=now)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["-priority", "starts_at", "id"],
                name="review_open",
                condition=Q(state="open"),
            ),
            models.Index(
                fields=["city", "-priority", "starts_at", "id"],
                name="review_city_open",
                condition=Q(state="open"),
                include=["other_cities"],
            ),
            models.Index(
                fields=["source", "-priority", "starts_at", "id"],
                name="review_source_open",
                condition=Q(state="open"),
            ),
            models.Index(fields=["-decided_at", "-id"], name="review_closed", condition=~Q(state="open")),
            models.Index(
                fields=["source", "-decided_at"], name="review_source_closed", condition=~Q(state="open")
            ),
            models.Index(fields=["object_id"], name="review_object"),
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="review_title"),
            models.Index(fields=["created_at"], name="review_created"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"], condition=Q(state="open"), name="review_one_open"
            ),
            models.CheckConstraint(name="review_kind", condition=Q(kind__in=[k.value for k in ReviewKind])),
            models.CheckConstraint(
                name="review_state", condition=Q(state__in=[s.value for s in ReviewState])
            ),
            models.CheckConstraint(
                name="review_decided_is_dated",
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.title}"

    @property
    def city_ids(self) -> tuple[UUID | None, ...]:
        """All cities that it concerns; None where it belongs to none."""
        return (self.city_id, *self.other_cities)


class Decision(models.Model):
    """One verdict, by a moderator or by a rule, and what it changed: the audit trail and the basis of undo."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    review = models.ForeignKey(
        Review, null=True, blank=True, on_delete=models.SET_NULL, related_name="decisions"
    )
    object_id = models.UUIDField(db_index=True)
    verdict = models.CharField(max_length=14, choices=[(v.value, v.value.replace("_", " ")) for v in Verdict])
    reason = models.CharField(
        max_length=14,
        blank=True,
        default="",
        choices=[(r.value, r.value.replace("_", " ")) for r in RejectReason],
    )
    note = models.TextField(blank=True, default="")
    by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    automatic = models.BooleanField(default=False)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    undo = models.JSONField(
        default=dict,
        blank=True,
        help_text="from what the edit and the answers to proposals within it are undone",
    )
    events = ArrayField(
        models.UUIDField(),
        default=list,
        blank=True,
        help_text="of a rule's decision on a batch, whose object is the source: the events that it let through",
    )
    rules = ArrayField(
        models.CharField(max_length=24),
        default=list,
        blank=True,
        help_text="of a rule's decision: which let the events through",
    )
    measures = models.JSONField(
        default=dict,
        blank=True,
        help_text="of a rule's decision: what was measured of its events, for dry runs",
    )
    undoes = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="undone",
        help_text="the decision that this one took back",
    )
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            GinIndex(fields=["events"], name="decision_events"),
            models.Index(fields=["at"], name="decision_at"),
        ]
        constraints = [
            models.CheckConstraint(
                name="decision_verdict", condition=Q(verdict__in=[v.value for v in Verdict])
            )
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.object_id}"


class Reading(models.Model):
    """A moderator's word on one published event of a sample: whether what readers see is wrong."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey("events.Event", on_delete=models.CASCADE, related_name="+")
    sample = models.CharField(
        max_length=40, help_text="the name from which the sample is drawn, such as 2026-11"
    )
    origin = models.ForeignKey(
        "events.Origin", null=True, blank=True, on_delete=models.CASCADE, related_name="+",
        help_text="the source whose sample was read; empty for the sample of all",
    )  # fmt: skip
    wrong = models.BooleanField()
    fields = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, help_text="which of its fields are wrong"
    )
    note = models.CharField(max_length=500, blank=True, default="", help_text="what is wrong")
    by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "sample", "origin"], nulls_distinct=False, name="reading_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sample}: {self.event_id} {'wrong' if self.wrong else 'right'}"
