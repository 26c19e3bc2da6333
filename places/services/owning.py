"""Changes of a venue by its team: its hours, how to reach it, and whether it has closed for good.

A team's word locks a field against sources, and stays below a moderator's: a field that a moderator locked is not the team's.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts import user_input
from accounts.exceptions import InputRefused
from accounts.rights import Actor, RightMissing, is_person
from pipeline.hours import is_open
from places.enums import PlaceState
from places.exceptions import PlaceClosed
from places.models import SPEAKING, Place, PlaceMember
from places.services.correcting import store_said
from places.services.status import announce

#: What a team sets.
OWN_FIELDS: Final = frozenset({"opening_hours", "phone", "website", "state"})
_LONGEST: Final = {"opening_hours": 500, "phone": 40}
_STATES: Final = (PlaceState.ACTIVE.value, PlaceState.CLOSED.value)


def edit_own_place(
    place_id: UUID, values: Mapping[str, str], *, by: Actor, now: datetime | None = None
) -> Place:
    """Set fields of a venue of one's team, and lock them as the team's; the state of the venue now follows its hours.

    Raises RightMissing, Place.DoesNotExist, InputRefused (also where a moderator set a field), PlaceClosed.
    """
    moment = now or clock()
    with transaction.atomic():
        place = Place.objects.select_for_update(of=("self",)).get(pk=place_id)
        if not speaks_for(by, place_id):
            raise RightMissing(gettext("Only owners and editors of its team may change this venue."))
        if place.state == PlaceState.MERGED:
            raise PlaceClosed(gettext("This venue was merged into another. Change that one."))
        wanted = {name: _checked(name, value, place, moment) for name, value in values.items()}
        changed = {name: value for name, value in wanted.items() if getattr(place, name) != value}
        for name in changed:
            if name in moderated_fields(place):
                raise InputRefused(name, gettext("was set by a moderator. Write to us if it is wrong."))
        if changed:
            place.team_fields = sorted({*place.team_fields, *changed})
            store_said(place, changed, by=by, now=moment)
            announce([place.pk], moment)
    return place


def moderated_fields(place: Place) -> frozenset[str]:
    """The fields that a moderator set: their word stands above the team's."""
    return frozenset(place.locked_fields) - frozenset(place.team_fields)


def speaks_for(by: Actor, place_id: UUID) -> bool:
    """Whether the actor is an owner or editor of the venue's team, or of one that was merged into it."""
    if not is_person(by) or not by.is_active:
        return False
    here = Q(place=place_id) | Q(place__merged_into=place_id)
    return PlaceMember.objects.filter(here, user=by, role__in=SPEAKING).exists()


def _checked(name: str, value: Any, place: Place, now: datetime) -> str:
    if name not in OWN_FIELDS:
        raise InputRefused(name, gettext("cannot be changed by a team. Leave it out."))
    if name == "state":
        if value not in _STATES:
            raise InputRefused(name, gettext("is one of %(words)s.") % {"words": ", ".join(_STATES)})
        return str(value)
    if name == "website":
        return user_input.address(name, value, most=500) if value else ""
    said = user_input.line(name, value, most=_LONGEST[name])
    if (
        name == "opening_hours"
        and said
        and is_open(said, now, place.timezone or "UTC", holidays=_no_holiday) is None
    ):
        raise InputRefused(
            name, gettext("are not understood. Write them as Mo-Fr 18:00-24:00; Sa 16:00-02:00.")
        )
    return said


def _no_holiday(*_: Any) -> bool:
    return False
