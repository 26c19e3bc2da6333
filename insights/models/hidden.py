"""What a reader is not interested in."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from events.models import Event, Organizer
from insights.models.log import Participant
from places.models import Place


class Hidden(models.Model):
    """An event, a venue or an organizer that a reader does not want to be recommended: exactly one of them, once for each reader.

    The reader is an account, or the participant of a device that agreed to the log; deleting either deletes the row. A merge leaves the row
    alone: who reads goes on to what stayed.
    """

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    participant = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    organizer = models.ForeignKey(
        Organizer, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = "hidden thing"
        constraints = [
            models.UniqueConstraint(
                name="hidden_once",
                fields=["user", "participant", "event", "place", "organizer"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="hidden_person_or_device",
                condition=Q(user__isnull=False, participant=None) | Q(user=None, participant__isnull=False),
            ),
            models.CheckConstraint(
                name="hidden_one_thing",
                condition=Q(event__isnull=False, place=None, organizer=None)
                | Q(event=None, place__isnull=False, organizer=None)
                | Q(event=None, place=None, organizer__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"hidden: {self.event_id or self.place_id or self.organizer_id}"
