"""Work that is held until someone resumes it. Work under way ends; nothing new starts: what is in a queue
waits there and is not lost."""

from datetime import datetime

from accounts.rights import Actor, name_of, require
from pipeline.contract.exceptions import SourceError
from pipeline.refinement.pipeline import STEPS
from places.models import City
from sources.enums import PauseScope
from sources.models import Pause, Source
from sources.queries.pauses import FETCH, PROCESS

#: Who may hold work back, and who may let it go on.
PAUSE, RESUME = "sources.add_pause", "sources.delete_pause"
#: The steps that can be held. A step of refining holds all processing: every record takes every step.
STEP_NAMES = (FETCH, PROCESS, *(name for name, _ in STEPS))


class Paused(SourceError):
    """Held; `detail` says by what and since when."""


class PauseInvalid(SourceError):
    """Names the field of a pause and the remedy."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field


def pause(scope: PauseScope, key: str, *, reason: str, by: Actor, now: datetime) -> Pause:
    """Hold the scope. One that is held already stays as it is, its reason too. Raises RightMissing,
    PauseInvalid."""
    require(by, PAUSE)
    check(scope, key)
    return Pause.objects.get_or_create(
        scope=scope.value,
        key=key,
        defaults={"reason": reason[:300], "requested_by": name_of(by), "since": now},
    )[0]


def resume(scope: PauseScope, key: str, *, by: Actor) -> bool:
    """Let the scope go on; False where it was not held. What waits is taken up by `release.waiting_runs`.
    Raises RightMissing, PauseInvalid."""
    require(by, RESUME)
    check(scope, key, gone_is_fine=True)
    return bool(Pause.objects.filter(scope=scope.value, key=key).delete()[0])


def check(scope: PauseScope, key: str, *, gone_is_fine: bool = False) -> None:
    """Raise PauseInvalid for a key that the scope does not know. `gone_is_fine`: a pause may outlive what it
    holds, and must still be lifted."""
    if scope is PauseScope.ALL:
        if key:
            raise PauseInvalid("key", "Leave it out: the scope all has no key.")
        return
    if not key:
        raise PauseInvalid("key", f"Name the {scope.value}.")
    if scope is PauseScope.STEP and key not in STEP_NAMES:
        raise PauseInvalid("key", f"There is no such step; use one of {', '.join(STEP_NAMES)}.")
    if gone_is_fine:
        return
    if scope is PauseScope.SOURCE and not Source.objects.filter(slug=key).exists():
        raise PauseInvalid("key", "There is no such source; see /api/v1/admin/sources.")
    if scope is PauseScope.CITY and not City.objects.filter(slug=key).exists():
        raise PauseInvalid("key", "There is no such city; see /api/v1/cities.")
