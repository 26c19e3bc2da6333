"""What became of every mail, and who gets none. Addresses are kept only as keyed hashes."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from mail.enums import DispatchState, News, Stream, SuppressionReason


class Dispatch(models.Model):
    """One mail at the door, written before any provider gets it.

    `key` is its sender's name for it, such as `digests.delivery:UUID`: the same key goes once. `claim` names the process
    that hands it over; `handed_at` is when that began. The state `unknown` stays until the provider's webhook or an
    operator settles it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=100, unique=True)
    stream = models.CharField(max_length=13, choices=[(s.value, s.value) for s in Stream])
    kind = models.CharField(max_length=40, blank=True, default="", help_text="which mail it is")
    campaign = models.CharField(max_length=60, blank=True, default="")
    address_hash = models.CharField(max_length=64, help_text="keyed hash of the address")
    provider = models.CharField(max_length=80, blank=True, default="")
    provider_id = models.CharField(
        max_length=200, blank=True, default="", help_text="the provider's own name of the mail"
    )
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in DispatchState])
    tries = models.PositiveSmallIntegerField(default=1)
    claim = models.UUIDField(default=uuid7)
    code = models.CharField(max_length=20, blank=True, default="", help_text="the server's reply")
    reason = models.CharField(max_length=500, blank=True, default="", help_text="without addresses")
    handed_at = models.DateTimeField(default=now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "dispatches"
        indexes = [
            models.Index(fields=["-handed_at"], name="dispatch_latest"),
            models.Index(fields=["address_hash", "-handed_at"], name="dispatch_of_address"),
            models.Index(
                fields=["campaign", "state"], name="dispatch_of_campaign", condition=~Q(campaign="")
            ),
            models.Index(
                fields=["provider", "provider_id"], name="dispatch_of_provider", condition=~Q(provider_id="")
            ),
            models.Index(
                fields=["handed_at"],
                name="dispatch_open",
                condition=Q(state__in=["handing", "unknown", "dead"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="dispatch_state", condition=Q(state__in=[s.value for s in DispatchState])
            ),
            models.CheckConstraint(name="dispatch_stream", condition=Q(stream__in=[s.value for s in Stream])),
        ]

    def __str__(self) -> str:
        return f"{self.kind or self.stream} {self.state}"


class Suppression(models.Model):
    """An address that gets no mail."""

    address_hash = models.CharField(max_length=64, primary_key=True)
    reason = models.CharField(max_length=10, choices=[(r.value, r.value) for r in SuppressionReason])
    code = models.CharField(
        max_length=20, blank=True, default="", help_text="the mail server's reply, such as 550 5.1.1"
    )
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mail_suppression_reason",
                condition=Q(reason__in=[r.value for r in SuppressionReason]),
            )
        ]

    def __str__(self) -> str:
        return self.reason


class SoftBounce(models.Model):
    """How often mail to an address failed in passing since the last one that arrived."""

    address_hash = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveSmallIntegerField(default=0)
    first_at = models.DateTimeField(default=now)
    last_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return str(self.count)


class Campaign(models.Model):
    """Mails of one occasion, such as the digests of a week. A stopped one sends nothing more until an operator lets it go on."""

    name = models.CharField(max_length=60, primary_key=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True, help_text="an operator let it go on")
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["name"], name="campaign_stopped", condition=Q(stopped_at__isnull=False))
        ]

    def __str__(self) -> str:
        return self.name


class ProviderNews(models.Model):
    """What a provider's webhook told, once for each of its ids."""

    id = models.CharField(max_length=64, primary_key=True, help_text="hash of the provider and its id")
    dispatch = models.ForeignKey(
        Dispatch, null=True, blank=True, on_delete=models.CASCADE, related_name="news"
    )
    provider = models.CharField(max_length=80)
    news = models.CharField(max_length=10, choices=[(n.value, n.value) for n in News])
    code = models.CharField(max_length=20, blank=True, default="")
    at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "provider news"
        indexes = [models.Index(fields=["at"], name="provider_news_at")]

    def __str__(self) -> str:
        return f"{self.provider} {self.news}"
