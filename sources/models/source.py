"""Sources and credentials of platforms."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from accounts.crypto import EncryptedTextField
from pipeline.contract.enums import CredentialKind, SourceType
from places.validators import validate_timezone, zone_is_known
from sources.enums import Health, Trust
from sources.models.choices import choices


class Credential(models.Model):
    """The credentials of a platform: one key, shared by all sources that use it.

    Requests and their cost are counted under its id. `secret` is JSON by name, encrypted. `previous` is valid
    until `previous_until`, so that a key is replaced without a gap.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120, unique=True)
    connector = models.CharField(max_length=40, help_text="the platform that it opens")
    kind = models.CharField(max_length=8, choices=choices(CredentialKind))
    secret = EncryptedTextField(blank=True, default="", help_text="encrypted; never shown again")
    previous = EncryptedTextField(
        blank=True, default="", help_text="encrypted; the one before, until previous_until"
    )
    previous_until = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    rotation_days = models.PositiveIntegerField(null=True, blank=True, help_text="replace it this often")
    checked_at = models.DateTimeField(null=True, blank=True)
    check_error = models.CharField(max_length=500, blank=True, default="")
    warned_at = models.DateTimeField(
        null=True, blank=True, help_text="when operators were last told that it ends"
    )
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="credential_kind", condition=Q(kind__in=[k.value for k in CredentialKind if k])
            )
        ]

    def __str__(self) -> str:
        return self.name


class Source(models.Model):
    """A source of events: configuration, owner, schedule, terms, trust and health.

    `config` matches the connector's typed schema.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=10, choices=choices(SourceType))
    connector = models.CharField(max_length=40)
    config = models.JSONField(default=dict, blank=True)
    credential = models.ForeignKey(Credential, null=True, blank=True, on_delete=models.SET_NULL, related_name="sources",
                                   help_text="the platform's key; without one the environment's serves")  # fmt: skip
    url = models.CharField(max_length=2000, blank=True, default="", help_text="where a reader may see it")
    city = models.ForeignKey(
        "places.City", null=True, blank=True, on_delete=models.SET_NULL, related_name="sources"
    )
    timezone = models.CharField(max_length=64, blank=True, default="", validators=[validate_timezone])
    language = models.CharField(max_length=12, blank=True, default="")
    default_category = models.CharField(max_length=20, blank=True, default="")
    owner = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="sources"
    )
    organizer = models.ForeignKey(
        "events.Organizer",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="sources",
        help_text="whose calendar it is: all of its events are theirs",
    )
    trust = models.CharField(
        max_length=8,
        default=Trust.EARNED,
        choices=choices(Trust),
        help_text="earned: by moderators' verdicts on its facts; every other word stands over them",
    )
    gates = models.JSONField(
        default=dict,
        blank=True,
        help_text="quality gates that differ from the general ones, such as content: 0.15,0.6",
    )
    untold = models.JSONField(
        null=True,
        blank=True,
        default=None,
        help_text="facts that the source cannot tell; null for those of its kind (sources/setup/untold.py)",
    )
    priority = models.SmallIntegerField(default=0, help_text="higher is fetched first")
    rate_limit = models.PositiveIntegerField(default=60, help_text="requests per window")
    rate_window_seconds = models.PositiveIntegerField(default=60)
    max_bytes = models.PositiveIntegerField(default=10 * 1024 * 1024)
    obey_robots = models.BooleanField(default=True)
    terms = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(
        default=False, help_text="an inactive source is never fetched by the clock"
    )
    is_sample = models.BooleanField(default=False)
    schedule_minutes = models.PositiveIntegerField(default=360)
    schedule_at = models.TimeField(
        null=True,
        blank=True,
        help_text="once a day at this time in the source's city, instead of every so many minutes",
    )
    obey_hints = models.BooleanField(
        default=True,
        help_text="wait longer, up to a day, where the answer says so (Cache-Control, Expires, ttl)",
    )
    quicken = models.BooleanField(default=True, help_text="ask sooner as an event's start comes near")
    next_fetch_at = models.DateTimeField(default=now)
    last_fetched_at = models.DateTimeField(null=True, blank=True)
    covered_at = models.DateTimeField(null=True, blank=True, help_text="the last run that covered all of it")
    claimed_until = models.DateTimeField(
        null=True, blank=True, help_text="a run holds the source; a crashed one loses it then"
    )
    checkpoint = models.JSONField(default=dict, blank=True)
    validators = models.JSONField(default=dict, blank=True, help_text="ETag and Last-Modified by URL")
    usual = models.JSONField(
        default=dict,
        blank=True,
        help_text="what its earlier events taught: categories (events of each) and hours (length by category)",
    )
    consecutive_failures = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True, default="")
    health = models.CharField(max_length=11, default=Health.SLEEPING, choices=choices(Health))
    health_since = models.DateTimeField(default=now)
    health_detail = models.CharField(
        max_length=500, blank=True, default="", help_text="what is wrong, and what to do"
    )
    failing_chance = models.FloatField(
        null=True,
        blank=True,
        editable=False,
        help_text="that it fails or brings nothing on a day of the coming three; none where nothing says it",
    )
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        permissions = [
            ("run_source", "Can start and cancel runs and discoveries"),
            ("inspect_source", "Can try addresses, answers and texts, of which nothing is stored"),
        ]
        indexes = [
            models.Index(
                fields=["next_fetch_at", "-priority"], name="source_due", condition=Q(is_active=True)
            )
        ]
        constraints = [
            models.CheckConstraint(name="source_timezone", condition=Q(timezone="") | Q(zone_is_known())),
            models.CheckConstraint(name="source_type", condition=Q(type__in=[t.value for t in SourceType])),
            models.CheckConstraint(name="source_trust", condition=Q(trust__in=[t.value for t in Trust])),
            models.CheckConstraint(
                name="source_rate", condition=Q(rate_limit__gte=1, rate_window_seconds__gte=1)
            ),
            models.CheckConstraint(
                name="source_max_bytes", condition=Q(max_bytes__gte=1024, max_bytes__lte=32 * 1024 * 1024)
            ),
            models.CheckConstraint(name="source_schedule", condition=Q(schedule_minutes__gte=1)),
            models.CheckConstraint(name="source_health", condition=Q(health__in=[h.value for h in Health])),
        ]

    def __str__(self) -> str:
        return self.name
