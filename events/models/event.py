"""The canonical event."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from events.addresses import event_path
from events.enums import Freshness, Happening, Publication, Verification
from events.models.category import Category
from events.models.choices import among, choices
from events.models.organizer import Organizer
from events.models.origin import Series
from outbox.triggers import announced
from pipeline.contract.enums import ExtractionMethod, Online, PriceType, Setting
from pipeline.contract.fields import VISIBLE_COLUMNS
from pipeline.dates.event_times import over_at
from pipeline.geography.place_text import called
from places.models import LATITUDE, LONGITUDE, earth_point
from places.validators import validate_timezone, zone_is_known


class Event(models.Model):
    """The canonical event that readers see: one occurrence, from one or more listings.

    `start_at` is always set, for sorting: local midnight where only the date is known. `provenance` has for
    each field its origin, time and confidence. `locked_fields` were set by a person, and sources do not
    change them. The four axes (publication, happening, freshness, verification) are independent.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=120, db_index=False)  # addresses are found by their id
    title = models.CharField(max_length=300)
    raw_title = models.CharField(max_length=1000, blank=True, default="")
    description = models.TextField(blank=True, default="", help_text="sanitized HTML")

    start_at = models.DateTimeField()
    end_at = models.DateTimeField(null=True, blank=True)
    start_date = models.DateField(help_text="the day in the event's own zone")
    end_date = models.DateField(help_text="the last day in the event's own zone")
    end_predicted_at = models.DateTimeField(null=True, blank=True)
    doors_at = models.DateTimeField(null=True, blank=True)
    previous_start_at = models.DateTimeField(null=True, blank=True)
    timezone = models.CharField(max_length=64, validators=[validate_timezone])
    all_day = models.BooleanField(default=False)
    time_known = models.BooleanField(default=True)
    opening_hours = models.CharField(
        max_length=500,
        blank=True,
        default="",
        help_text="when what goes on for days can be visited, in OpenStreetMap syntax",
    )

    series = models.ForeignKey(
        Series, null=True, blank=True, on_delete=models.SET_NULL, related_name="events", db_index=False
    )
    umbrella = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="parts", db_index=False
    )
    recurrence_id = models.CharField(max_length=40, blank=True, default="")

    city = models.ForeignKey(
        "places.City", null=True, blank=True, on_delete=models.SET_NULL, related_name="events", db_index=False
    )
    area = models.ForeignKey(
        "places.Area", null=True, blank=True, on_delete=models.SET_NULL, related_name="events", db_index=False
    )
    place = models.ForeignKey(
        "places.Place",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="events",
        db_index=False,
    )
    venue_name = models.CharField(max_length=200, blank=True, default="")
    address = models.CharField(max_length=400, blank=True, default="")
    venue_city = models.CharField(max_length=120, blank=True, default="")
    former_venue = models.CharField(
        max_length=200,
        blank=True,
        default="",
        help_text="what its place was called before its source moved it",
    )
    country = models.CharField(max_length=60, blank=True, default="")
    lat = models.FloatField(null=True, blank=True)
    lng = models.FloatField(null=True, blank=True)
    around_lat = models.FloatField(
        null=True, blank=True, help_text="of a point near the venue, whose own is not known"
    )
    around_lng = models.FloatField(null=True, blank=True)
    plus_code = models.CharField(max_length=20, blank=True, default="")
    venue_external_ids = models.JSONField(default=dict, blank=True)
    online = models.CharField(max_length=5, default=Online.NO, choices=choices(Online))
    online_url = models.URLField(max_length=2000, blank=True, default="")
    setting = models.CharField(max_length=8, default=Setting.UNKNOWN, choices=choices(Setting))

    category = models.ForeignKey(
        Category, default="other", on_delete=models.PROTECT, related_name="events", db_index=False
    )
    subcategory = models.CharField(max_length=60, blank=True, default="")
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    language = models.CharField(max_length=12, blank=True, default="")

    price_type = models.CharField(max_length=8, default=PriceType.UNKNOWN, choices=choices(PriceType))
    price_min = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    price_max = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    price_currency = models.CharField(max_length=3, blank=True, default="")
    offers = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    url = models.URLField(max_length=2000, blank=True, default="")
    ticket_url = models.URLField(max_length=2000, blank=True, default="")
    organizer = models.ForeignKey(
        Organizer, null=True, blank=True, on_delete=models.SET_NULL, related_name="events", db_index=False
    )
    performers = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    age_limit = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="least age in whole years; 0 for all ages, empty where unknown"
    )
    dress_code = models.CharField(max_length=120, blank=True, default="")
    registration_required = models.BooleanField(default=False)
    accessibility = models.JSONField(default=dict, blank=True)
    popularity = models.JSONField(default=dict, blank=True)

    happening = models.CharField(max_length=12, default=Happening.SCHEDULED, choices=choices(Happening))
    sold_out = models.BooleanField(default=False)
    publication = models.CharField(max_length=8, default=Publication.PENDING, choices=choices(Publication))
    publication_reason = models.CharField(max_length=300, blank=True, default="")
    freshness = models.CharField(max_length=7, default=Freshness.SEEN, choices=choices(Freshness))
    verification = models.CharField(
        max_length=12, default=Verification.UNVERIFIED, choices=choices(Verification)
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_events", db_index=False
    )

    quality_score = models.FloatField(default=0)
    quality = models.JSONField(default=dict, blank=True)
    flags = models.JSONField(default=list, blank=True)
    extraction_method = models.CharField(
        max_length=10, default=ExtractionMethod.STRUCTURED, choices=choices(ExtractionMethod)
    )
    confidence = models.JSONField(default=dict, blank=True)
    provenance = models.JSONField(default=dict, blank=True)
    locked_fields = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    is_sample = models.BooleanField(default=False)

    published_at = models.DateTimeField(null=True, blank=True)
    moderated_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    moderated_at = models.DateTimeField(null=True, blank=True)
    moderation_notes = models.TextField(blank=True, default="")
    first_seen_at = models.DateTimeField(default=now)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        # Each column that names another row begins one of these indexes: an index of its own would cost each new event.
        ordering = ["start_at"]
        permissions = [
            ("publish_event", "Can publish, hold back and remove events"),
            ("merge_event", "Can say that events are one, or are not"),
        ]
        indexes = [
            models.Index(
                fields=["city", "start_at", "id"],
                name="event_approved_city_start",
                condition=Q(publication="approved"),
            ),
            models.Index(
                fields=["start_at", "id"], name="event_approved_start", condition=Q(publication="approved")
            ),
            models.Index(
                fields=["category", "start_at"],
                name="event_approved_category",
                condition=Q(publication="approved"),
            ),
            models.Index(
                fields=["area", "start_at"],
                name="event_approved_area",
                condition=Q(publication="approved", area__isnull=False),
            ),
            models.Index(
                fields=["place", "start_at"],
                name="event_place_start",
                condition=Q(place__isnull=False),
                include=["id"],
            ),
            models.Index(
                fields=["organizer", "start_at"],
                name="event_organizer_start",
                condition=Q(organizer__isnull=False),
                include=["id"],
            ),
            # with the titles, so that possible matches are found without reading the rows
            models.Index(
                fields=["city", "start_date"], name="event_city_day_title", include=["id", "title", "place"]
            ),
            models.Index(
                fields=["city", "start_date"],
                name="event_city_dated",
                condition=Q(all_day=True) | Q(time_known=False),
            ),
            models.Index(
                fields=["end_date", "start_date", "opening_hours"],
                name="event_approved_hours",
                condition=Q(publication="approved") & ~Q(opening_hours=""),
            ),
            # what is online, for anybody anywhere: the condition of `events.queries.collection.ONLINE`
            models.Index(
                fields=["start_at", "id"],
                name="event_approved_online",
                condition=Q(publication="approved") & (~Q(online="no") | Q(happening="moved_online")),
            ),
            models.Index(
                fields=["end_date", "start_at"],
                name="event_approved_days",
                condition=Q(publication="approved", end_date__gt=F("start_date")),
            ),
            models.Index(
                fields=["series", "start_at"], name="event_series_start", condition=Q(series__isnull=False)
            ),
            models.Index(fields=["updated_at", "id"], name="event_updated"),
            # the list of the admin: newest first, whole or narrowed, and by start
            models.Index(fields=["-created_at", "-id"], name="event_newest"),
            models.Index(fields=["city", "-created_at", "-id"], name="event_city_newest"),
            models.Index(fields=["category", "-created_at", "-id"], name="event_category_newest"),
            models.Index(
                fields=["happening", "-created_at", "-id"],
                name="event_happening_newest",
                condition=~Q(happening="scheduled"),
            ),
            models.Index(
                fields=["freshness", "-created_at", "-id"],
                name="event_freshness_newest",
                condition=~Q(freshness="seen"),
            ),
            models.Index(
                fields=["publication", "-created_at", "-id"],
                name="event_publication_newest",
                condition=~Q(publication="approved"),
            ),
            models.Index(fields=["start_at", "-id"], name="event_start"),
            models.Index(
                fields=["merged_into"], name="event_merged_into", condition=Q(merged_into__isnull=False)
            ),
            models.Index(fields=["umbrella"], name="event_umbrella", condition=Q(umbrella__isnull=False)),
            models.Index(fields=["area"], name="event_area", condition=Q(area__isnull=False)),
            models.Index(
                fields=["moderated_by"], name="event_moderated_by", condition=Q(moderated_by__isnull=False)
            ),
            models.Index(fields=["url"], name="event_url", condition=~Q(url="")),
            models.Index(fields=["ticket_url"], name="event_ticket_url", condition=~Q(ticket_url="")),
            GinIndex(fields=["tags"], name="event_tags"),
            GistIndex(earth_point(), name="event_earth", condition=Q(lat__isnull=False, lng__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(name="event_timezone", condition=zone_is_known()),
            models.CheckConstraint(name="event_coordinates", condition=LATITUDE & LONGITUDE),
            models.CheckConstraint(
                name="event_coordinates_are_a_pair",
                condition=Q(lat__isnull=True, lng__isnull=True) | Q(lat__isnull=False, lng__isnull=False),
            ),
            models.CheckConstraint(
                name="event_end_not_before_start",
                condition=Q(end_at__isnull=True) | Q(end_at__gte=F("start_at")),
            ),
            models.CheckConstraint(
                name="event_last_day_not_before_first", condition=Q(end_date__gte=F("start_date"))
            ),
            models.CheckConstraint(
                name="event_price_not_negative", condition=Q(price_min__isnull=True) | Q(price_min__gte=0)
            ),
            models.CheckConstraint(
                name="event_price_range",
                condition=Q(price_min__isnull=True)
                | Q(price_max__isnull=True)
                | Q(price_max__gte=F("price_min")),
            ),
            models.CheckConstraint(
                name="event_quality", condition=Q(quality_score__gte=0, quality_score__lte=1)
            ),
            models.CheckConstraint(name="event_title_not_empty", condition=~Q(title="")),
            models.CheckConstraint(name="event_not_merged_into_itself", condition=~Q(merged_into=F("id"))),
            models.CheckConstraint(
                name="event_merged_has_survivor",
                condition=Q(publication="merged", merged_into__isnull=False)
                | (~Q(publication="merged") & Q(merged_into__isnull=True)),
            ),
            models.CheckConstraint(
                name="event_approved_is_dated",
                condition=~Q(publication="approved") | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(name="event_version_positive", condition=Q(version__gte=1)),
            among("event_publication", "publication", Publication),
            among("event_happening", "happening", Happening),
            among("event_freshness", "freshness", Freshness),
            among("event_verification", "verification", Verification),
            among("event_online", "online", Online),
            among("event_setting", "setting", Setting),
            among("event_price_type", "price_type", PriceType),
            among("event_extraction_method", "extraction_method", ExtractionMethod),
        ]
        triggers = announced(VISIBLE_COLUMNS, name="event", only=("publication", "approved"))

    def __str__(self) -> str:
        return self.title

    @property
    def shown_point(self) -> tuple[float | None, float | None]:
        """Latitude and longitude for a map: of the venue, else of a point near it."""
        return (self.around_lat, self.around_lng) if self.lat is None else (self.lat, self.lng)

    @property
    def over_at(self) -> datetime:
        """The moment (UTC) from which it is past."""
        if self.all_day or not self.time_known:
            return over_at(self.start_date, self.end_date, timezone=self.timezone)
        return over_at(self.start_at, self.end_at, timezone=self.timezone, predicted=self.end_predicted_at)

    @property
    def place_words(self) -> str:
        """What people call its place: the venue, else the street; '' where neither is known."""
        return called(self.venue_name, self.address)

    def get_absolute_url(self) -> str:
        """The canonical address of the event."""
        return event_path(self.id, self.slug)
