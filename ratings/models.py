"""Ratings of events and venues, answers to them, lots that are judged together, and the sums that pages show."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from events.models import Event
from places.models import City, Place
from ratings.enums import Basis, LotReason, RatingState

LONGEST_TEXT = 1000
_STATES = [(state.value, state.value) for state in RatingState]
_EVENT_OR_PLACE = Q(event__isnull=False, place=None) | Q(event=None, place__isnull=False)


class Lot(models.Model):
    """Ratings of one thing that a moderator passes or refuses together. It takes more until `asked_at`; from then on it is what is judged."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=8, choices=[(one.value, one.value) for one in LotReason])
    opened_at = models.DateTimeField(default=now)
    asked_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "lot of ratings"
        verbose_name_plural = "lots of ratings"
        constraints = [
            models.CheckConstraint(name="rating_lot_one_thing", condition=_EVENT_OR_PLACE),
            models.UniqueConstraint(
                name="rating_lot_one_open",
                fields=["event", "place"],
                condition=Q(asked_at=None),
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(name="rating_lot_undecided", fields=["opened_at"], condition=Q(decided_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.reason}: {self.event_id or self.place_id}"


class Rating(models.Model):
    """What one person says of one event or venue. The row stays with what it was given to when that is merged into another.

    `network` is a keyed hash of the coarse network, made anew for each thing, so that it says nothing of where else somebody rated.
    `is_vouched`: a moderator passed it as it is. `version` counts changes of stars and words; `asked_version` is the one that moderators were asked
    about.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    stars = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=LONGEST_TEXT, blank=True, default="")
    language = models.CharField(max_length=16, default="en", help_text="of the page on which it was written")
    basis = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Basis])
    network = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=7, choices=_STATES)
    is_vouched = models.BooleanField(default=False)
    lot = models.ForeignKey(Lot, null=True, blank=True, on_delete=models.SET_NULL, related_name="ratings")
    version = models.PositiveIntegerField(default=1)
    asked_version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.CheckConstraint(name="rating_one_thing", condition=_EVENT_OR_PLACE),
            models.CheckConstraint(name="rating_stars", condition=Q(stars__gte=1, stars__lte=5)),
            models.CheckConstraint(name="rating_basis", condition=Q(basis__in=[one.value for one in Basis])),
            models.CheckConstraint(
                name="rating_state", condition=Q(state__in=[one.value for one in RatingState])
            ),
            models.UniqueConstraint(
                name="rating_event_once", fields=["event", "user"], condition=Q(event__isnull=False)
            ),
            models.UniqueConstraint(
                name="rating_place_once", fields=["place", "user"], condition=Q(place__isnull=False)
            ),
        ]
        indexes = [
            models.Index(name="rating_user", fields=["user", "-updated_at"]),
            models.Index(name="rating_waiting", fields=["updated_at"], condition=Q(state="waiting")),
            models.Index(
                name="rating_unseen",
                fields=["event", "place"],
                condition=Q(state="shown", is_vouched=False, lot=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stars} for {self.event_id or self.place_id}"


class Answer(models.Model):
    """What the team of an event or a venue answers to one rating, once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rating = models.OneToOneField(Rating, on_delete=models.CASCADE, related_name="answer")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.CharField(max_length=LONGEST_TEXT)
    language = models.CharField(max_length=16, default="en")
    state = models.CharField(max_length=7, choices=_STATES, default=RatingState.WAITING)
    version = models.PositiveIntegerField(default=1)
    asked_version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = "answer to a rating"
        verbose_name_plural = "answers to ratings"
        constraints = [
            models.CheckConstraint(
                name="rating_answer_state", condition=Q(state__in=[one.value for one in RatingState])
            )
        ]
        indexes = [
            models.Index(
                name="rating_answer_unasked",
                fields=["updated_at"],
                condition=Q(state="waiting") & ~Q(asked_version=F("version")),
            )
        ]

    def __str__(self) -> str:
        return f"answer to {self.rating_id}"


class RatingSum(models.Model):
    """The average of one event or venue that stands, with the ratings of what was merged into it; no row without any.

    `weight`, `vouched` and `stars` are those of `ratings.averages.Average`; `mean` is that of the city when it was counted.
    """

    id = models.BigAutoField(primary_key=True)
    event = models.OneToOneField(Event, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    place = models.OneToOneField(Place, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    city = models.ForeignKey(City, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    average = models.FloatField()
    count = models.PositiveIntegerField()
    weight = models.FloatField()
    vouched = models.FloatField()
    stars = models.FloatField()
    mean = models.FloatField()
    updated_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = "average"
        constraints = [models.CheckConstraint(name="rating_sum_one_thing", condition=_EVENT_OR_PLACE)]

    def __str__(self) -> str:
        return f"{self.average:.1f} of {self.count}"
