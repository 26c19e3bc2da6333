"""The consented log of interactions, who agreed to it, and its anonymous sums."""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from insights.enums import Interaction, Surface

#: Positions from 0, the top; what was shown farther down is counted as there.
LAST_RANK: Final = 999
#: Characters of what is followed, such as `performer:Nils Frahm`.
LONGEST_FOLLOWED: Final = 200


class Participant(models.Model):
    """A person or a device that agreed to the log. Without this row nothing is written, and deleting it deletes the log.

    Exactly one of `user` and `device_hash` is set; the second is a keyed hash of the device's own cookie. `wording` is
    the version of the text that they agreed to.
    """

    id = models.BigAutoField(primary_key=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    device_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    wording = models.PositiveSmallIntegerField()
    agreed_at = models.DateTimeField(default=now)
    seen_on = models.DateField(db_index=True, help_text="the day of the last interaction, or of the consent")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="participant_person_or_device",
                condition=Q(user__isnull=False, device_hash=None) | Q(user=None, device_hash__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{'person' if self.user_id else 'device'} {self.pk}"


class InteractionRow(models.Model):
    """One interaction of one participant, once a day for each event and kind. Partitioned by month (`day`).

    The database has a table that Django cannot describe: its primary key is (day, id), and deleting a participant deletes
    their rows there (ON DELETE CASCADE). `event_id` refers to an event that may be deleted since. `followed` is what was
    followed, `kind:key`, else ''. `rank` is the position at which the event was shown, from 0.
    """

    id = models.BigAutoField(primary_key=True)
    day = models.DateField(help_text="by UTC; the partition key")
    participant = models.ForeignKey(
        Participant, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    interaction = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Interaction])
    event_id = models.UUIDField(null=True, blank=True)
    followed = models.CharField(max_length=LONGEST_FOLLOWED, blank=True, default="")
    surface = models.CharField(
        max_length=10, blank=True, default="", choices=[(one.value, one.value) for one in Surface]
    )
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "interaction"
        db_table = "insights_interaction"

    def __str__(self) -> str:
        return f"{self.interaction} {self.event_id or self.followed}"


class InteractionSum(models.Model):
    """How many interactions a day had, by city, category and place on the site. It names nobody, and stays."""

    day = models.DateField()
    city_id = models.UUIDField(null=True, blank=True, help_text="none: online, or outside every city")
    category = models.CharField(max_length=40, blank=True, default="")
    interaction = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Interaction])
    surface = models.CharField(max_length=10, blank=True, default="")
    times = models.PositiveIntegerField()
    participants = models.PositiveIntegerField()

    class Meta:
        verbose_name = "sum of interactions"
        verbose_name_plural = "sums of interactions"
        constraints = [
            models.UniqueConstraint(
                name="interaction_sum_once",
                fields=["day", "city_id", "category", "interaction", "surface"],
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.interaction} {self.times}"
