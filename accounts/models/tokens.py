"""How clients of the API sign in: token families, and API keys."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from accounts.enums import EndReason
from accounts.models.user import User


class TokenFamily(models.Model):
    """One sign-in of an API client, with all refresh tokens that follow from it; only the newest is valid.

    No token is stored: `newest` is the id (`jti`) of the newest one. `account_mark` is the state of the
    account at sign-in (accounts.tokens.marks); tokens of a former state are refused. `methods` is how the
    person proved who they are (RFC 8176), `client` what the client calls itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="token_families")
    newest = models.CharField(max_length=32)
    account_mark = models.CharField(max_length=32)
    methods = ArrayField(models.CharField(max_length=12))
    client = models.CharField(max_length=120, blank=True, default="")
    started_at = models.DateTimeField(default=now)
    used_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=EndReason, blank=True, default="")

    class Meta:
        verbose_name_plural = "token families"
        constraints = [
            models.CheckConstraint(
                name="token_family_end_has_reason",
                condition=models.Q(ended_at__isnull=True, end_reason="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(end_reason="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.client or 'a client'} since {self.started_at:%Y-%m-%d}"


class ApiKey(models.Model):
    """A key by which a program of a person asks (accounts.keys), until it is revoked or expires.

    `secret_hash` is a keyed hash of the key, `shown` its first characters, `account_mark` the state of the account when
    it was made. `rights` are those of staff that it passes on. `used_at` is exact to a minute. `uses` has the first and the last
    day on which each scope was used (accounts.keys.using).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=60)
    secret_hash = models.CharField(max_length=64, unique=True)
    shown = models.CharField(max_length=16)
    scopes = ArrayField(models.CharField(max_length=40))
    rights = ArrayField(models.CharField(max_length=120), default=list)
    has_factor = models.BooleanField(default=False)
    account_mark = models.CharField(max_length=32)
    made_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)
    uses = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=EndReason, blank=True, default="")

    class Meta:
        verbose_name = "API key"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="api_key_end_has_reason",
                condition=models.Q(ended_at__isnull=True, end_reason="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(end_reason="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.shown}…)"

    def is_open(self, moment: datetime) -> bool:
        """Whether it was neither revoked nor has expired."""
        return self.ended_at is None and self.expires_at > moment
