"""Events and everything that belongs to them: the data that all pages and feeds show."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex, HashIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from pgvector.django import HalfVectorField, HnswIndex
from uuid_utils.compat import uuid7

from events.enums import Freshness, Happening, ImageState, Publication, Verification
from outbox.triggers import announced
from pipeline.contract.enums import ExtractionMethod, MatchOutcome, Online, OrganizerType, PriceType, Setting
from pipeline.contract.fields import VISIBLE_COLUMNS
from places.models import LATITUDE, LONGITUDE, earth_point
from places.validators import validate_timezone, zone_is_known

#: Why a picture is refused that is good, but that its source's terms forbid to copy.
NO_COPY = "its source's terms allow no copy"


def choices(words: type) -> list[tuple[str, str]]:
    """A StrEnum as Django's choices."""
    return [(word.value, word.value.replace("_", " ")) for word in words]  # type: ignore[attr-defined]


def among(name: str, column: str, words: type) -> models.CheckConstraint:
    """The database's own check that `column` holds one of `words`."""
    return models.CheckConstraint(name=name, condition=Q(**{f"{column}__in": [word.value for word in words]}))  # type: ignore[attr-defined]


class Category(models.Model):
    """One of the 22 categories of the controlled taxonomy (pipeline/taxonomy/data/taxonomy.csv)."""

    slug = models.SlugField(max_length=20, primary_key=True)
    name = models.CharField(max_length=60)
    covers = models.CharField(max_length=200, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class Organizer(models.Model):
    """Who makes it happen. `contact` is a business's public contact, or the keyed hash of an address; never a
    private person's address."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    folded_name = models.CharField(max_length=200, unique=True)
    type = models.CharField(max_length=12, blank=True, default="", choices=choices(OrganizerType))
    url = models.URLField(max_length=2000, blank=True, default="")
    contact = models.CharField(max_length=200, blank=True, default="")
    verification = models.CharField(
        max_length=12, default=Verification.UNVERIFIED, choices=choices(Verification)
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            among("organizer_verification", "verification", Verification),
            among("organizer_type", "type", OrganizerType),
        ]

    def __str__(self) -> str:
        return self.name


class Origin(models.Model):
    """What events know of a source: one row each, so that an unchanged feed costs one write. `key` is the
    source's id in the higher app.

    An event's listing that is not missing was last seen when its origin was last covered."""

    key = models.UUIDField(primary_key=True)
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    url = models.URLField(max_length=2000, blank=True, default="")
    credit = models.CharField(
        max_length=200,
        blank=True,
        default="",
        help_text="what its platform wants readers to see beside the link",
    )
    trust = models.FloatField(
        default=0.5, help_text="0 to 1; decides whose word counts when fields are merged"
    )
    covered_at = models.DateTimeField(null=True, blank=True)
    keeps_pictures = models.BooleanField(
        default=True, help_text="its platform's terms allow copies of pictures"
    )
    is_sample = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(name="origin_trust", condition=Q(trust__gte=0, trust__lte=1))]

    def __str__(self) -> str:
        return self.name


class Series(models.Model):
    """A rule and the events that it expanded to, one Event per occurrence, in the event's own zone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    origin = models.ForeignKey(Origin, on_delete=models.CASCADE, related_name="series")
    external_id = models.CharField(max_length=300)
    rrule = models.CharField(max_length=1000, blank=True, default="")
    rdate = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    exdate = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    title = models.CharField(max_length=300)
    timezone = models.CharField(max_length=64, blank=True, default="", validators=[validate_timezone])

    class Meta:
        verbose_name_plural = "series"
        constraints = [
            models.UniqueConstraint(fields=["origin", "external_id"], name="series_unique"),
            models.CheckConstraint(name="series_timezone", condition=Q(timezone="") | Q(zone_is_known())),
        ]

    def __str__(self) -> str:
        return self.title


class Event(models.Model):
    """The canonical event that readers see, one occurrence, fed by one or more listings.

    `start_at` is always there, for sorting: local midnight where only the date is known. `provenance` says
    per field which origin gave it, when and with what confidence; `locked_fields` were set by a person and
    are closed to machines. The four axes (publication, happening, freshness, verification) are never one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=120)
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
        Series, null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    umbrella = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="parts"
    )
    recurrence_id = models.CharField(max_length=40, blank=True, default="")

    city = models.ForeignKey(
        "places.City", null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    area = models.ForeignKey(
        "places.Area", null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    place = models.ForeignKey(
        "places.Place", null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    venue_name = models.CharField(max_length=200, blank=True, default="")
    address = models.CharField(max_length=400, blank=True, default="")
    venue_city = models.CharField(max_length=120, blank=True, default="")
    country = models.CharField(max_length=60, blank=True, default="")
    lat = models.FloatField(null=True, blank=True)
    lng = models.FloatField(null=True, blank=True)
    plus_code = models.CharField(max_length=20, blank=True, default="")
    venue_external_ids = models.JSONField(default=dict, blank=True)
    online = models.CharField(max_length=5, default=Online.NO, choices=choices(Online))
    online_url = models.URLField(max_length=2000, blank=True, default="")
    setting = models.CharField(max_length=8, default=Setting.UNKNOWN, choices=choices(Setting))

    category = models.ForeignKey(Category, default="other", on_delete=models.PROTECT, related_name="events")
    subcategory = models.CharField(max_length=60, blank=True, default="")
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    language = models.CharField(max_length=12, blank=True, default="")

    price_type = models.CharField(max_length=8, default=PriceType.UNKNOWN, choices=choices(PriceType))
    price_min = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    price_max = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    price_currency = models.CharField(max_length=3, blank=True, default="")
    url = models.URLField(max_length=2000, blank=True, default="")
    ticket_url = models.URLField(max_length=2000, blank=True, default="")
    organizer = models.ForeignKey(
        Organizer, null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
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
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_events"
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
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    moderated_at = models.DateTimeField(null=True, blank=True)
    moderation_notes = models.TextField(blank=True, default="")
    first_seen_at = models.DateTimeField(default=now)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
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
                fields=["place", "start_at"], name="event_place_start", condition=Q(place__isnull=False)
            ),
            # with the titles, so that what may be the same is found without reading the rows
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
            models.Index(
                fields=["series", "start_at"], name="event_series_start", condition=Q(series__isnull=False)
            ),
            models.Index(
                fields=["publication", "created_at"],
                name="event_unpublished",
                condition=~Q(publication__in=["approved", "merged", "archived"]),
            ),
            models.Index(fields=["updated_at", "id"], name="event_updated"),
            models.Index(
                fields=["merged_into"], name="event_merged_into", condition=Q(merged_into__isnull=False)
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

    def get_absolute_url(self) -> str:
        """The one address of the event: `/events/{slug}-{32 hex}/`."""
        return f"/events/{self.slug}-{self.id.hex}/"


class Listing(models.Model):
    """One source's entry for an event: where it is listed, and whether it still is. Un-merge gives each event
    its own listings back by `first_event`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="listings")
    first_event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="own_listings")
    origin = models.ForeignKey(Origin, on_delete=models.CASCADE, related_name="listings")
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
    stray_since = models.DateTimeField(
        null=True,
        blank=True,
        help_text="since when it no longer fits the event's other listings; what it says since does not count",
    )
    fitting = models.JSONField(
        null=True,
        blank=True,
        help_text="what counts of the facts, where that is not all: of a stray what it told when it last fitted, of others what was believed",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "external_id", "recurrence_id"], name="listing_unique")
        ]

    def __str__(self) -> str:
        return f"{self.origin_id} {self.external_id}"


class EventImage(models.Model):
    """A picture. `source_url` is where it came from; once it was fetched and verified, `url` and `thumbnail`
    are our own copies and `files` all of them, `[{"format", "width", "height", "url"}]`. One that cannot be
    had says why in `reason`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="images")
    source_url = models.URLField(max_length=2000)
    url = models.URLField(max_length=2000, blank=True, default="")
    thumbnail = models.URLField(max_length=2000, blank=True, default="")
    alt = models.CharField(max_length=300, blank=True, default="")
    credit = models.CharField(max_length=200, blank=True, default="")
    is_primary = models.BooleanField(default=False)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    perceptual_hash = models.CharField(max_length=32, blank=True, default="", db_index=True)
    position = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=7, default=ImageState.WAITING, choices=choices(ImageState))
    reason = models.CharField(max_length=200, blank=True, default="", help_text="why it could not be had")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=now)
    files = models.JSONField(default=list, blank=True)
    content_hash = models.CharField(
        max_length=64, blank=True, default="", help_text="SHA-256 of the bytes as they came"
    )

    class Meta:
        ordering = ["-is_primary", "position"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="event_image_waiting", condition=Q(state="waiting")
            ),
            models.Index(fields=["content_hash"], name="event_image_content", condition=~Q(content_hash="")),
            HashIndex(fields=["source_url"], name="event_image_source"),
        ]
        constraints = [
            among("event_image_state", "state", ImageState),
            models.UniqueConstraint(fields=["event", "source_url"], name="event_image_unique"),
            models.UniqueConstraint(
                fields=["event"], condition=Q(is_primary=True), name="event_image_one_primary"
            ),
        ]

    def __str__(self) -> str:
        return self.source_url

    @property
    def address(self) -> str:
        """Where the picture can be had: our own copy, else where it came from; '' for what turned out to be
        no picture."""
        if self.state == ImageState.REFUSED and self.reason != NO_COPY:
            return ""
        return self.url or self.source_url

    @property
    def by_format(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Our own copies by format, the smallest format first, each from narrow to wide."""
        found: dict[str, list[dict[str, Any]]] = {}
        for file in self.files:
            found.setdefault(file["format"], []).append(file)
        return list(found.items())


class EventCounters(models.Model):
    """Counts that change often, beside the row, so that they neither bloat it nor look like changes."""

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.CASCADE, related_name="counters")
    views = models.PositiveBigIntegerField(default=0)
    registrations = models.PositiveIntegerField(default=0)
    shares = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "event counters"

    def __str__(self) -> str:
        return f"{self.event_id}: {self.views} views"


class EventSearch(models.Model):
    """Full text (title A, venue B, tags C, description D; configuration `nocturne` with unaccent) and the
    folded title for trigrams."""

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.CASCADE, related_name="search")
    document = SearchVectorField()
    folded_title = models.CharField(max_length=300)
    text_key = models.BigIntegerField(
        null=True, blank=True, help_text="64 bits of the description's hash: the same words elsewhere"
    )

    class Meta:
        indexes = [
            models.Index(fields=["text_key"], name="event_search_text", condition=Q(text_key__isnull=False)),
            GinIndex(fields=["document"], name="event_search_document"),
            GinIndex(OpClass(F("folded_title"), name="gin_trgm_ops"), name="event_search_trigram"),
        ]

    def __str__(self) -> str:
        return self.folded_title


class EventVector(models.Model):
    """The meaning of title, tags and description as 512 half-precision numbers (multilingual sentence
    encoder)."""

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.CASCADE, related_name="vector")
    embedding = HalfVectorField(dimensions=512)
    text_hash = models.CharField(max_length=32)
    made_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            HnswIndex(
                fields=["embedding"],
                name="event_vector_hnsw",
                m=16,
                ef_construction=64,
                opclasses=["halfvec_cosine_ops"],
            )
        ]

    def __str__(self) -> str:
        return str(self.event_id)


class DuplicateMatch(models.Model):
    """What was found, decided or asked about two events; "different" is asked before they are matched again.
    `first` is the smaller id."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    first = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="matches_as_first")
    second = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="matches_as_second")
    similarity = models.FloatField()
    match_fields = models.JSONField(default=dict)
    reasons = models.CharField(max_length=500, blank=True, default="")
    outcome = models.CharField(max_length=10, choices=choices(MatchOutcome))
    by_person = models.BooleanField(default=False)
    survivor = models.ForeignKey(Event, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    undo = models.JSONField(default=dict, blank=True, help_text="what un-merge restores")
    undone_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "duplicate matches"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_match_unique"),
            models.CheckConstraint(name="duplicate_match_ordered", condition=Q(first__lt=F("second"))),
            models.CheckConstraint(
                name="duplicate_match_similarity", condition=Q(similarity__gte=0, similarity__lte=1)
            ),
            among("duplicate_match_outcome", "outcome", MatchOutcome),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.similarity:.2f}"


class Proposal(models.Model):
    """A doubtful change to a published event, kept beside the approved value until a person decides."""

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
