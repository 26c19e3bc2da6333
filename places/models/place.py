"""Cities, areas, places and their aliases."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from pipeline.contract.enums import PlaceVerdict
from places.enums import CityState, PlaceState
from places.validators import validate_timezone, zone_is_known

LATITUDE = Q(lat__isnull=True) | Q(lat__gte=-90, lat__lte=90)
LONGITUDE = Q(lng__isnull=True) | Q(lng__gte=-180, lng__lte=180)


#: Days, months, categories and areas share the second segment of a page's path, so an area must not have the name of
#: another.
RESERVED_SEGMENTS = [
    "today", "tonight", "tomorrow", "weekend", "week", "month", "calendar", "ongoing", "online", "free", "tags", "venues", "map", "live", "feed", "scan",
    "music", "nightlife", "stage", "comedy", "film", "art", "books", "food", "market", "festival", "tech", "business", "talk", "workshop", "wellness",
    "sport", "outdoors", "family", "community", "faith", "games", "other",
    "trending", "past", "sources", "embed", "saved",
]  # fmt: skip
#: A day or a month as a segment.
DATED_SEGMENT = r"^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$"
#: The first segments of all other pages.
RESERVED_CITIES = [
    "events", "venues", "search", "api", "admin", "static", "media", "ws", "mailbox", "about", "submit", "subscribe", "subscriptions", "healthz", "readyz",
    "metrics",
    "sitemap", "robots", "favicon", "accounts", "cities", "organizers", "performers", "series", "tags", "online", "elsewhere", "privacy", "opt-out",
    "go", "beacon",
    "en", "hi", "kn", "es", "fr", "embed", "oembed", "offline", "saved", "sources", "terms", "imprint", "map", "manifest", "sw", "opensearch", "llms",
    "languages", "pa", "pwa", "widget", "trending", "favourites", "share", "indexnow", "report", "correct", "help", "contact", "legal", "feeds", "scan",
    "organize", "for-me", "me", "registrations", "saved-searches", "developers", "check-in", "status", "recommendations", "webhooks", "ratings", "analytics",
]  # fmt: skip


def earth_point() -> Func:
    """`ll_to_earth(lat, lng)` of the row, for a GiST index on distance (extension earthdistance)."""
    return Func(F("lat"), F("lng"), function="ll_to_earth")


class KeepsFormerSlugs(models.Model):
    """A row that notes its slug before it gets another, so that its old addresses lead on."""

    former_slugs = ArrayField(models.CharField(max_length=80), default=list, blank=True, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *read: Any, **options: Any) -> Self:
        """The row, which remembers the slug that it was read with."""
        row = super().from_db(*read, **options)
        row.__dict__["_slug_read"] = row.__dict__.get("slug")
        return row

    def save(self, **options: Any) -> None:
        """Save; a slug that it has no more is kept among the former ones."""
        slug, before = self.__dict__["slug"], self.__dict__.get("_slug_read")
        if before and before != slug and "slug" in (options.get("update_fields") or ["slug"]):
            self.former_slugs = [*dict.fromkeys(one for one in (*self.former_slugs, before) if one != slug)]
            if options.get("update_fields") is not None:
                options["update_fields"] = [*options["update_fields"], "former_slugs"]
        super().save(**options)
        self.__dict__["_slug_read"] = slug


class City(KeepsFormerSlugs):
    """A city with its own pages.

    `legacy_id` is the old name at platforms, such as `ca--los-angeles`; `platform_ids` are its ids by
    platform. `former_slugs` are those of its own pages in the past; they lead to the present ones.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2")
    region = models.CharField(max_length=80, blank=True, default="")
    lat = models.FloatField()
    lng = models.FloatField()
    radius_km = models.FloatField(default=40)
    timezone = models.CharField(
        max_length=64, validators=[validate_timezone], help_text="IANA name; derived from the coordinates"
    )
    legacy_id = models.CharField(max_length=80, blank=True, default="", db_index=True)
    platform_ids = models.JSONField(default=dict, blank=True)
    state = models.CharField(
        max_length=10, default=CityState.ACTIVE, choices=[(s.value, s.value) for s in CityState]
    )
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "cities"
        permissions = [("oversee_city", "Can work in all cities, and on what belongs to none")]
        constraints = [
            models.CheckConstraint(name="city_coordinates", condition=LATITUDE & LONGITUDE),
            models.CheckConstraint(name="city_radius", condition=Q(radius_km__gt=0, radius_km__lte=300)),
            models.CheckConstraint(name="city_timezone", condition=zone_is_known()),
            models.CheckConstraint(name="city_state", condition=Q(state__in=[s.value for s in CityState])),
            models.CheckConstraint(
                name="city_slug_not_reserved",
                condition=~Q(slug__in=RESERVED_CITIES),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Area(KeepsFormerSlugs):
    """A part of a city, by radius or by polygon (GeoJSON coordinates).

    Its slug shares one namespace with days and categories. `former_slugs` lead to the present one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="areas")
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    lat = models.FloatField()
    lng = models.FloatField()
    radius_km = models.FloatField(default=2)
    polygon = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="area_coordinates", condition=LATITUDE & LONGITUDE),
            models.CheckConstraint(name="area_radius", condition=Q(radius_km__gt=0, radius_km__lte=100)),
            models.CheckConstraint(
                name="area_slug_not_reserved",
                condition=~Q(slug__in=RESERVED_SEGMENTS) & ~Q(slug__regex=DATED_SEGMENT),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """A venue or another place where things happen. `folded_name` is `pipeline.text.folding.fold(name)`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=120)
    name = models.CharField(max_length=200)
    folded_name = models.CharField(max_length=200)
    kinds = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    city = models.ForeignKey(City, null=True, blank=True, on_delete=models.SET_NULL, related_name="places")
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.SET_NULL, related_name="places")
    address = models.CharField(max_length=400, blank=True, default="")
    lat = models.FloatField(null=True, blank=True)
    lng = models.FloatField(null=True, blank=True)
    timezone = models.CharField(max_length=64, blank=True, default="", validators=[validate_timezone])
    plus_code = models.CharField(max_length=20, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    website = models.URLField(max_length=500, blank=True, default="")
    external_ids = models.JSONField(default=dict, blank=True)
    rating = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)
    provided = models.JSONField(
        default=dict,
        blank=True,
        help_text="By field the source that filled it, and until when its terms allow to keep it: {by, until}",
    )
    provided_until = models.DateTimeField(
        null=True, blank=True, help_text="When the first of the provided facts has to go"
    )
    locked_fields = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="Fields that a person set: no source changes them",
    )
    team_fields = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, editable=False,
        help_text="of the locked fields those that the venue's team set: a moderator's word stands above them",
    )  # fmt: skip
    rating_expires_at = models.DateTimeField(
        null=True, blank=True, help_text="Providers' terms bound how long a rating may be kept"
    )
    photos = models.JSONField(default=list, blank=True)
    opening_hours = models.CharField(max_length=500, blank=True, default="", help_text="OpenStreetMap syntax")
    told_at = models.CharField(
        max_length=24,
        blank=True,
        default="",
        help_text="the point that its first source gave, to a metre, whether it was believed or not",
    )
    geocoded_at = models.DateTimeField(
        null=True, blank=True, help_text="when a geocoder was last asked for its address"
    )
    owners = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="owned_places",
        help_text="whose reports count as the business's own word",
    )
    state = models.CharField(
        max_length=10, default=PlaceState.ACTIVE, choices=[(s.value, s.value) for s in PlaceState]
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_places"
    )
    is_sample = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        permissions = [("merge_place", "Can say that places are one, or are not")]
        indexes = [
            models.Index(fields=["city", "folded_name"], name="place_city_name"),
            models.Index(fields=["folded_name"], name="place_folded_name"),
            GinIndex(OpClass(F("folded_name"), name="gin_trgm_ops"), name="place_name_trigram"),
            models.Index(fields=["lat", "lng"], name="place_point", condition=Q(lat__isnull=False)),
            models.Index(fields=["told_at"], name="place_told_at", condition=~Q(told_at="")),
            models.Index(
                fields=["merged_into"], name="place_merged_into", condition=Q(merged_into__isnull=False)
            ),
            GinIndex(OpClass(F("external_ids"), name="jsonb_path_ops"), name="place_external_ids"),
            models.Index(
                fields=["provided_until"],
                name="place_provided_until",
                condition=Q(provided_until__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(name="place_coordinates", condition=LATITUDE & LONGITUDE),
            models.CheckConstraint(
                name="place_coordinates_are_a_pair", condition=Q(lat__isnull=True, lng__isnull=True) | Q(lat__isnull=False, lng__isnull=False)
            ),
            models.CheckConstraint(name="place_timezone", condition=Q(timezone="") | Q(zone_is_known())),
            models.CheckConstraint(name="place_state", condition=Q(state__in=[s.value for s in PlaceState])),
            models.CheckConstraint(name="place_rating", condition=Q(rating__isnull=True) | Q(rating__gte=0, rating__lte=5)),
            models.CheckConstraint(name="place_not_merged_into_itself", condition=~Q(merged_into=F("id"))),
            models.CheckConstraint(
                name="place_merged_has_survivor",
                condition=Q(state=PlaceState.MERGED.value, merged_into__isnull=False) | ~Q(state=PlaceState.MERGED.value),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class PlaceAlias(models.Model):
    """Another name of a place, as `fold(text)`.

    A moderator's correction of an address applies to all later events.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="aliases")
    city = models.ForeignKey(City, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    folded = models.CharField(max_length=400)
    by_person = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "place aliases"
        indexes = [
            models.Index(fields=["folded"], name="place_alias_folded"),
            GinIndex(OpClass(F("folded"), name="gin_trgm_ops"), name="place_alias_trigram"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "folded"], nulls_distinct=False, name="place_alias_unique"
            )
        ]

    def __str__(self) -> str:
        return self.folded


class PlaceMatch(models.Model):
    """The verdict or the open question on two places.

    `first` is the smaller id.

    A pair with the verdict "different" is not matched again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    first = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="matches_as_first")
    second = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="matches_as_second")
    similarity = models.FloatField()
    match_fields = models.JSONField(default=dict)
    reasons = models.CharField(max_length=500, blank=True, default="")
    outcome = models.CharField(max_length=10, choices=[(v.value, v.value) for v in PlaceVerdict])
    by_person = models.BooleanField(default=False)
    survivor = models.ForeignKey(Place, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    undo = models.JSONField(default=dict, blank=True, help_text="what un-merge restores")
    undone_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "place matches"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="place_match_unique"),
            models.CheckConstraint(name="place_match_ordered", condition=Q(first__lt=F("second"))),
            models.CheckConstraint(
                name="place_match_similarity", condition=Q(similarity__gte=0, similarity__lte=1)
            ),
            models.CheckConstraint(
                name="place_match_outcome", condition=Q(outcome__in=[v.value for v in PlaceVerdict])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.similarity:.2f}"


class Geocode(models.Model):
    """A geocoder's answer to an address, stored so that it is requested once.

    Without coordinates the geocoder does not know the address.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.CharField(max_length=20)
    key = models.CharField(max_length=64, help_text="SHA-256 of the folded question")
    question = models.CharField(max_length=500)
    lat = models.FloatField(null=True, blank=True)
    lng = models.FloatField(null=True, blank=True)
    precision = models.CharField(
        max_length=12, blank=True, default="", help_text="building, street, area or city"
    )
    label = models.CharField(
        max_length=400, blank=True, default="", help_text="the address in the geocoder's words"
    )
    doubt = models.CharField(
        max_length=200, blank=True, default="", help_text="why the answer does not count, where it does not"
    )
    asked_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(help_text="the provider's terms bound how long it may be kept")

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="geocode_expires")]
        constraints = [
            models.UniqueConstraint(fields=["provider", "key"], name="geocode_unique"),
            models.CheckConstraint(name="geocode_coordinates", condition=LATITUDE & LONGITUDE),
        ]

    def __str__(self) -> str:
        return self.question
