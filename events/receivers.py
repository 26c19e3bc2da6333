"""Updates events when their places are merged, un-merged or get a point, and search when what it finds is renamed."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver

from events.models import Category, HiddenPerformer, Organizer
from events.services import cdn, placing, search_text
from events.tasks import purge_cdn, refresh_named
from flags.models import FlagSwitch
from outbox.renderings.changed import void_all
from outbox.signals import numbered, voided
from places.models import Area, City, Place
from places.signals import merged, pointed, unmerged

_RELATIONS: Mapping[type[Model], search_text.Relation] = {Organizer: "organizer", Area: "area", City: "city"}


@receiver(pre_save, sender=Organizer, dispatch_uid="events.organizer_renamed")
@receiver(pre_save, sender=Area, dispatch_uid="events.area_renamed")
@receiver(pre_save, sender=City, dispatch_uid="events.city_renamed")
def follow_renamed(
    sender: type[Model], *, instance: Organizer | Area | City, update_fields: Any = None, **_: Any
) -> None:
    """Have the search documents made anew, after the commit, if a name changes, or the slug of a city."""
    told = ("name", "slug") if sender is City else ("name",)
    if instance._state.adding or (update_fields is not None and not set(told) & set(update_fields)):
        return
    same = {name: getattr(instance, name) for name in told}
    if sender._default_manager.filter(pk=instance.pk).exclude(**same).exists():
        ask = partial(refresh_named.delay, _RELATIONS[sender], str(instance.pk))
        transaction.on_commit(ask, robust=True)


@receiver(merged, dispatch_uid="events.follow_places")
def follow_places(*, survivor_id: UUID, child_id: UUID, now: datetime, **_: Any) -> dict[str, list[str]]:
    """Move the events of a merged place to its survivor. Returns their ids, for the undo."""
    return {"events": [str(pk) for pk in placing.follow_merge(child_id, survivor_id, now=now)]}


@receiver(unmerged, dispatch_uid="events.return_from_places")
def return_from_places(
    *, survivor_id: UUID, child_id: UUID, undo: Mapping[str, Any], now: datetime, **_: Any
) -> None:
    """Move the events that followed a merge back to their own place."""
    kept = undo.get(f"{follow_places.__module__}.{follow_places.__qualname__}") or {}
    placing.follow_unmerge([UUID(pk) for pk in kept.get("events", [])], survivor_id, child_id, now=now)


@receiver(pointed, dispatch_uid="events.take_points")
def take_points(*, place_id: UUID, now: datetime, **_: Any) -> None:
    """Give the place's new point to its events."""
    placing.give_point(Place.objects.get(pk=place_id), now=now)


@receiver(numbered, dispatch_uid="events.purge_cdn")
def purge_changed(**_: Any) -> None:
    """Changes have numbers: the CDN, if there is one, is told within a second."""
    if cdn.is_wanted():
        purge_cdn.delay()


@receiver([post_save, post_delete], sender=Category, dispatch_uid="events.category_edited")
@receiver([post_save, post_delete], sender=City, dispatch_uid="events.city_edited")
@receiver([post_save, post_delete], sender=Area, dispatch_uid="events.area_edited")
@receiver([post_save, post_delete], sender=HiddenPerformer, dispatch_uid="events.performer_hidden")
@receiver([post_save, post_delete], sender=FlagSwitch, dispatch_uid="events.flag_switched")
def void_pages(**_: Any) -> None:
    """What staff change outside of the outbox may stand on any page: none that was kept is good any more."""
    transaction.on_commit(void_all, robust=True)


@receiver(voided, dispatch_uid="events.purge_everything")
def purge_everything(**_: Any) -> None:
    """Nothing that was kept is good any more: the CDN, if there is one, drops all, too."""
    if settings.CDN_PURGE_URL:
        purge_cdn.delay(everything=True)
