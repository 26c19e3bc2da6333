"""A person follows a venue, an organizer, a performer or a part of a city, or does so no more."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts.models import User
from events.signals import done
from personal.exceptions import PersonalRefused
from personal.models import Follow
from personal.records import Followed

#: What one account can follow.
MOST_FOLLOWS: Final = 300


def follow(
    person: User, what: Followed, *, in_calendar: bool | None = None, now: datetime | None = None
) -> Follow:
    """Follow it; whoever follows it already only chooses whether its events are in the calendar (None: as before).

    Raises PersonalRefused where the account follows as many as one can.
    """
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).only("pk").get(pk=person.pk)
        mine = Follow.objects.filter(user=person)
        row = mine.filter(what.same).order_by("at", "pk").first()
        if row is None:
            if mine.count() >= MOST_FOLLOWS:
                raise PersonalRefused(
                    gettext("One account can follow %(number)s at most. Follow something no more first.")
                    % {"number": MOST_FOLLOWS}
                )
            row = Follow(user=person, at=now or clock(), **what.columns)
            acts = [(person.pk, None, f"{what.kind}:{what.key}", "follow")]
            done.send(sender=Follow, acts=acts, now=row.at)
        if in_calendar is not None:
            row.in_calendar = in_calendar
            mine.filter(what.same).update(in_calendar=in_calendar)
        row.name = what.name[:200]
        row.save()
    return row


def unfollow(person: User, follow_id: UUID) -> bool:
    """Follow it no more, nor what was merged with it. Says whether it was followed."""
    mine = Follow.objects.filter(user=person)
    row = mine.filter(pk=follow_id).select_related("place").first()
    if row is None:
        return False
    same = mine.filter(pk=row.pk)
    keys = {row.place_id or row.organizer_id or row.area_id or row.performer}
    if row.place is not None:
        stayed = row.place.merged_into_id or row.place.pk
        same = mine.filter(place__in=[stayed]) | mine.filter(place__merged_into=stayed)
        keys |= {stayed, *same.values_list("place_id", flat=True)}
    with transaction.atomic():
        same.delete()
        acts = [(person.pk, None, f"{row.kind}:{key}", "unfollow") for key in keys]
        done.send(sender=Follow, acts=acts, now=clock())
    return True
