"""Pause work until someone resumes it.

Work in progress ends and nothing new starts. Queued work waits and is not lost.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.actions import Action, record_action
from accounts.rights import Actor, name_of, require
from pipeline.contract.exceptions import SourceError
from places.models import City
from places.queries.reach import require_city
from sources.enums import PauseScope
from sources.models import Pause, Source
from sources.queries.pauses import FETCH, PROCESS

#: Who may pause and resume work.
PAUSE, RESUME = "sources.add_pause", "sources.delete_pause"


def step_names() -> tuple[str, ...]:
    """The steps that can be paused.

    Pausing a step of refinement pauses all processing, since every record takes every step.
    """
    from pipeline.refinement.pipeline import STEPS  # noqa: PLC0415 - costly

    return (FETCH, PROCESS, *(name for name, _ in STEPS))


class Paused(SourceError):
    """The work is paused. `detail` names the pause and its beginning."""


class PauseInvalid(SourceError):
    """A pause is invalid. The message names the field and the remedy."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field


def pause(scope: PauseScope, key: str, *, reason: str, by: Actor, now: datetime) -> Pause:
    """Pause the scope. An existing pause keeps its reason. Raises RightMissing, PauseInvalid."""
    require(by, PAUSE)
    require_city(by, _city_of(scope, key))
    check(scope, key)
    reported = {"reason": reason[:300], "requested_by": name_of(by), "since": now}
    with transaction.atomic():
        paused, is_new = Pause.objects.get_or_create(scope=scope.value, key=key, defaults=reported)
        if is_new:
            record_action(by, Action.PAUSED, target=_target(scope, key), note=reason)
    return paused


def resume(scope: PauseScope, key: str, *, by: Actor) -> bool:
    """Resume the scope.

    False where it was not paused. Raises RightMissing, PauseInvalid. `release.waiting_runs` finds the work
    that waits.
    """
    require(by, RESUME)
    require_city(by, _city_of(scope, key))
    check(scope, key, gone_is_fine=True)
    with transaction.atomic():
        was_paused = bool(Pause.objects.filter(scope=scope.value, key=key).delete()[0])
        if was_paused:
            record_action(by, Action.RESUMED, target=_target(scope, key))
    return was_paused


def _target(scope: PauseScope, key: str) -> str:
    """What is paused, as entries name it."""
    return f"sources.pause:{scope.value}:{key}" if key else f"sources.pause:{scope.value}"


def _city_of(scope: PauseScope, key: str) -> UUID | None:
    """The city that a pause holds up; None where it is not one alone."""
    if scope is PauseScope.CITY:
        return City.objects.filter(slug=key).values_list("pk", flat=True).first()
    if scope is PauseScope.SOURCE:
        return Source.objects.filter(slug=key).values_list("city_id", flat=True).first()
    return None


def check(scope: PauseScope, key: str, *, gone_is_fine: bool = False) -> None:
    """Raise PauseInvalid for a key that does not exist in the scope.

    With `gone_is_fine` any key is accepted: a pause may outlive its object, and must still be removable.
    """
    if scope is PauseScope.ALL:
        if key:
            raise PauseInvalid("key", "Leave it out: the scope all has no key.")
        return
    if not key:
        raise PauseInvalid("key", f"Name the {scope.value}.")
    if scope is PauseScope.STEP and key not in (names := step_names()):
        raise PauseInvalid("key", f"There is no such step; use one of {', '.join(names)}.")
    if gone_is_fine:
        return
    if scope is PauseScope.SOURCE and not Source.objects.filter(slug=key).exists():
        raise PauseInvalid("key", "There is no such source; see /api/v1/admin/sources.")
    if scope is PauseScope.CITY and not City.objects.filter(slug=key).exists():
        raise PauseInvalid("key", "There is no such city; see /api/v1/cities.")
