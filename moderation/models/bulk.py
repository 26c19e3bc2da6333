"""One verdict on many reviews, carried out in the background, and the filters that moderators save."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from moderation.enums import BulkState, ItemState
from moderation.models.review import Decision, Review


class BulkDecision(models.Model):
    """One verdict on many reviews: what was chosen, by whom, and how far it is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    verdict = models.CharField(max_length=14)
    reason = models.CharField(max_length=14, blank=True, default="")
    note = models.TextField(blank=True, default="")
    by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(
        max_length=8, default=BulkState.RUNNING, choices=[(s.value, s.value) for s in BulkState]
    )
    created_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["created_at"], name="bulk_unfinished", condition=Q(state__in=["running", "undoing"])
            ),
            models.Index(fields=["by", "-created_at"], name="bulk_of_person"),
        ]
        constraints = [
            models.CheckConstraint(name="bulk_state", condition=Q(state__in=[s.value for s in BulkState]))
        ]

    def __str__(self) -> str:
        return f"{self.verdict.replace('_', ' ')}, {self.created_at:%d %b %H:%M} UTC"


class BulkItem(models.Model):
    """One review of a bulk decision, with the version that the moderator saw, and what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bulk = models.ForeignKey(BulkDecision, on_delete=models.CASCADE, related_name="items")
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    state = models.CharField(
        max_length=8, default=ItemState.WAITING, choices=[(s.value, s.value) for s in ItemState]
    )
    message = models.CharField(
        max_length=500, blank=True, default="", help_text="why it was not carried out or undone"
    )
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["bulk", "state", "id"], name="bulk_item_state")]
        constraints = [
            models.UniqueConstraint(fields=["bulk", "review"], name="bulk_item_once"),
            models.CheckConstraint(
                name="bulk_item_state", condition=Q(state__in=[s.value for s in ItemState])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulk_id} {self.review_id}: {self.state}"


class SavedFilter(models.Model):
    """A filter of the queue that a moderator keeps under a name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    by = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(
        max_length=1000, blank=True, default="", help_text="as in the address of the queue"
    )

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["by", "name"], name="saved_filter_name")]

    def __str__(self) -> str:
        return self.name
