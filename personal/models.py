"""What a person keeps here: preferences, favourites, what they follow, and the secret address of their calendar."""

from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from accounts.secret_addresses import HASH_LENGTH
from events.models import Event, Organizer
from personal.enums import FollowKind
from personal.times import TimeRange
from places.models import Area, City, Place

#: Kilometres around a point or an area.
RADIUS_KM, LEAST_RADIUS_KM, MOST_RADIUS_KM = 5.0, 0.2, 100.0

#: How often a day a person is told of new events beyond their list, at first and at most.
NOTICES_A_DAY, MOST_NOTICES_A_DAY = 5, 50


class Preferences(models.Model):
    """What a person wants to see, and how they want to be told; an empty field wants everything.

    An event fulfils `categories` and `keywords` together where it is of one of
    the categories or has one of the keywords. `radius_km` counts from the area, or from the point (WGS 84), and from
    nothing where there is neither; both lie in the city. `times` are `personal.times.TimeRange`s as JSON. In the quiet
    hours, by the clock of the person's zone, nobody is told what can wait; they go over midnight where `quiet_to` is the earlier one.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    city = models.ForeignKey(City, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    lat = models.FloatField(null=True, blank=True)
    lng = models.FloatField(null=True, blank=True)
    radius_km = models.FloatField(default=RADIUS_KM)
    categories = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    keywords = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    times = models.JSONField(default=list, blank=True)
    price_max = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    free_only = models.BooleanField(default=False)
    languages = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    push = models.BooleanField(default=True)
    mail = models.BooleanField(default=False)
    notices_a_day = models.PositiveSmallIntegerField(default=NOTICES_A_DAY, db_default=NOTICES_A_DAY)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_to = models.TimeField(null=True, blank=True)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "preferences"
        constraints = [
            models.CheckConstraint(
                name="preferences_point_is_a_pair",
                condition=Q(lat=None, lng=None) | Q(lat__isnull=False, lng__isnull=False),
            ),
            models.CheckConstraint(name="preferences_around_one", condition=Q(area=None) | Q(lat=None)),
            models.CheckConstraint(
                name="preferences_radius",
                condition=Q(radius_km__gte=LEAST_RADIUS_KM, radius_km__lte=MOST_RADIUS_KM),
            ),
            models.CheckConstraint(
                name="preferences_notices_a_day", condition=Q(notices_a_day__lte=MOST_NOTICES_A_DAY)
            ),
            models.CheckConstraint(
                name="preferences_quiet_is_a_pair",
                condition=Q(quiet_from=None, quiet_to=None)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"preferences of {self.user_id}"

    @property
    def ranges(self) -> list[TimeRange]:
        """The ranges of time in the week."""
        return [TimeRange.from_json(one) for one in self.times]

    @property
    def centre(self) -> tuple[float, float] | None:
        """Latitude and longitude from which the radius counts; None where it counts from nothing."""
        if self.area is not None:
            return self.area.lat, self.area.lng
        return None if self.lat is None or self.lng is None else (self.lat, self.lng)


class Follow(models.Model):
    """A person follows a venue, an organizer, a performer or a part of a city: exactly one of them.

    A performer is the part of an address that all spellings of the name share (`pipeline.text.folding.address_part`);
    `name` is how the page wrote it. A merged venue stands for the one that stayed. With `in_calendar` its events are in the
    person's calendar.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    organizer = models.ForeignKey(
        Organizer, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    performer = models.CharField(max_length=200, blank=True, default="")
    name = models.CharField(max_length=200, blank=True, default="")
    in_calendar = models.BooleanField(default=False)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "place", "organizer", "area", "performer"],
                name="follow_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="follow_one_thing",
                condition=Q(place__isnull=False, organizer=None, area=None, performer="")
                | Q(place=None, organizer__isnull=False, area=None, performer="")
                | Q(place=None, organizer=None, area__isnull=False, performer="")
                | (Q(place=None, organizer=None, area=None) & ~Q(performer="")),
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.user_id} follows {self.place_id or self.organizer_id or self.area_id or self.performer}"
        )

    @property
    def kind(self) -> FollowKind:
        """What is followed."""
        if self.place_id is not None:
            return FollowKind.VENUE
        if self.organizer_id is not None:
            return FollowKind.ORGANIZER
        return FollowKind.PERFORMER if self.area_id is None else FollowKind.AREA


class Favourite(models.Model):
    """A person saved an event with their account. A merged event stands for the one that stayed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "event"], name="favourite_once")]

    def __str__(self) -> str:
        return f"{self.user_id} saved {self.event_id}"


class CalendarKey(models.Model):
    """The secret address of a person's calendar (`accounts.secret_addresses`)."""

    PURPOSE: Final = "calendar"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    secret_hash = models.CharField(max_length=HASH_LENGTH, unique=True)
    made_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"
