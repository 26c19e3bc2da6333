"""How much events are looked at, without the people who look."""

from django.db import models
from django.db.models import Q

from events.enums import VisitSource
from events.models.category import Category
from events.models.event import Event
from places.models import City


class EventDay(models.Model):
    """How many visitors opened, shared and left for the tickets of an event on a day (UTC).

    A visitor counts once a day for each kind. Nothing here tells who they were.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="days", db_index=False)
    day = models.DateField()
    views = models.PositiveIntegerField(default=0)
    shares = models.PositiveIntegerField(default=0)
    clicks = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["day"], name="event_day_day")]
        constraints = [models.UniqueConstraint(fields=["event", "day"], name="event_day_once")]

    def __str__(self) -> str:
        return f"{self.event_id} on {self.day}: {self.views} views"


class EventDaySource(models.Model):
    """How many of the visitors who opened an event on a day (UTC) came from one kind of place."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="day_sources", db_index=False)
    day = models.DateField()
    source = models.CharField(max_length=10, choices=[(one.value, one.value) for one in VisitSource])
    views = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["day"], name="event_day_source_day")]
        constraints = [
            models.UniqueConstraint(fields=["event", "day", "source"], name="event_day_source_once"),
            models.CheckConstraint(
                name="event_day_source_known", condition=Q(source__in=[one.value for one in VisitSource])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} on {self.day} from {self.source}: {self.views} views"


class EventTrend(models.Model):
    """How popular an upcoming event is in its city now, and its place among what is trending there.

    `score` is 0 to 1, 0 where nobody looked at it lately. `rank`, from 1 on, is its place among the events of its city that begin
    within a week; None for later ones, and beyond the hundredth of its category. Visitors decide the score, and of the rank little
    (`events.services.trends`). `city` and `category` are the event's when both were made.
    """

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.CASCADE, related_name="trend")
    city = models.ForeignKey(City, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+", db_index=False)
    score = models.FloatField()
    rank = models.PositiveSmallIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["city", "-score"], name="event_trend_city", condition=Q(rank__isnull=False)),
            models.Index(
                fields=["category", "-score"], name="event_trend_category", condition=Q(rank__isnull=False)
            ),
            models.Index(fields=["-score"], name="event_trend_score"),
        ]
        constraints = [
            models.CheckConstraint(name="event_trend_score", condition=Q(score__gte=0, score__lte=1)),
            models.CheckConstraint(name="event_trend_rank", condition=Q(rank__isnull=True) | Q(rank__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.score}"


class EventFormerScore(models.Model):
    """The score that an event had in `EventTrend` until refresh `number`; 0 where it had none.

    With these, pages of the most popular events go on in the order in which they began. Numbers rise: microseconds since 1970.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="former_scores", db_index=False)
    score = models.FloatField()
    number = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["number"], name="former_score_number")]
        constraints = [models.UniqueConstraint(fields=["event", "number"], name="former_score_once")]

    def __str__(self) -> str:
        return f"{self.event_id} until {self.number}: {self.score}"
