"""Wishes of owners that something of theirs is not fetched, listed or shown."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from accounts.crypto import EncryptedTextField
from moderation.enums import OptOutKind, OptOutState


class OptOut(models.Model):
    """One wish: what it is about, who asked, until when it must be carried out, and what was done.

    `value` is a domain, the id of an origin or an event, an organizer's folded name, a performer's name in addresses, or a picture's SHA-256. A standing
    one is obeyed until it is undone. `removed` has what carrying it out took away: {event: its state before}.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=9, choices=[(k.value, k.value) for k in OptOutKind])
    value = models.CharField(max_length=300)
    title = models.CharField(max_length=300, help_text="what it is about, in words")
    note = models.CharField(max_length=1000, blank=True, default="", help_text="what the owner says")
    address = EncryptedTextField(blank=True, default="", help_text="where the owner can be asked")
    address_hash = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(
        max_length=8, default=OptOutState.ASKED, choices=[(s.value, s.value) for s in OptOutState]
    )
    is_mailed = models.BooleanField(default=False, help_text="a link went to an address at the domain")
    is_proven = models.BooleanField(default=False, help_text="the link was followed")
    decided_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(help_text="until then it is decided and carried out")
    decided_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    removed = models.JSONField(default=dict, blank=True)
    pictures = ArrayField(models.UUIDField(), default=list, blank=True)
    looks_like = models.CharField(
        max_length=32, blank=True, default="", help_text="of a picture, its perceptual hash"
    )

    class Meta:
        ordering = ["-asked_at"]
        indexes = [
            models.Index(fields=["due_at"], name="opt_out_due", condition=Q(done_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value"], condition=Q(state="standing"), name="opt_out_once"
            ),
            models.CheckConstraint(name="opt_out_kind", condition=Q(kind__in=[k.value for k in OptOutKind])),
            models.CheckConstraint(
                name="opt_out_state", condition=Q(state__in=[s.value for s in OptOutState])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.title}"
