"""Work that is held until someone resumes it. Work under way ends; nothing new starts: what is in a queue
waits there and is not lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.rights import Actor, name_of, require
from pipeline.contract.exceptions import SourceError
from pipeline.refinement.pipeline import STEPS
from places.models import City
from sources.enums import PauseScope
from sources.models import Pause, Source

#: Who may hold work back, and who may let it go on.
PAUSE, RESUME = "sources.add_pause", "sources.delete_pause"
FETCH, PROCESS = "fetch", "process"
#: The steps that can be held. A step of refining holds all processing: every record takes every step.
STEP_NAMES = (FETCH, PROCESS, *(name for name, _ in STEPS))


class Paused(SourceError):
    """Held; `detail` says by what and since when."""


class PauseInvalid(SourceError):
    """Names the field of a pause and the remedy."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field


@dataclass(frozen=True, slots=True)
class Held:
    """All pauses at one moment."""

    pauses: tuple[Pause, ...]

    def why(self, source: Source, step: str) -> str:
        """Why `step` (fetch or process) of the source may not start now, '' where it may. The source's city
        is needed with it."""
        for pause in self.pauses:
            if _concerns(pause, source, step):
                reason = f": {pause.reason}" if pause.reason else ""
                return f"Paused ({_words(pause)}) since {pause.since:%Y-%m-%d %H:%M} UTC{reason}"
        return ""

    def of_step(self, step: str) -> bool:
        """Whether nothing of that step may start, whichever the source."""
        return any(_concerns(pause, None, step) for pause in self.pauses)

    def not_held(self) -> Q:
        """A condition on sources: held neither by name nor by city."""
        named = [pause.key for pause in self.pauses if pause.scope == PauseScope.SOURCE]
        cities = [pause.key for pause in self.pauses if pause.scope == PauseScope.CITY]
        return ~Q(slug__in=named) & (Q(city__isnull=True) | ~Q(city__slug__in=cities))


def held() -> Held:
    """The pauses of now (1 query)."""
    return Held(tuple(Pause.objects.order_by("since", "id")))


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
    """Let the scope go on; False where it was not held. What waits is taken up by `releasing.waiting_runs`.
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


def held_of(sources: Iterable[Source], step: str) -> dict[str, str]:
    """Why each of `sources` may not start that step now, by slug; those that may are left out (1 query)."""
    now_held = held()
    return {source.slug: why for source in sources if (why := now_held.why(source, step))}


def _concerns(pause: Pause, source: Source | None, step: str) -> bool:
    match pause.scope:
        case PauseScope.ALL:
            return True
        case PauseScope.STEP:
            return (FETCH if pause.key == FETCH else PROCESS) == step
        case PauseScope.SOURCE:
            return source is not None and source.slug == pause.key
        case _:
            return source is not None and source.city is not None and source.city.slug == pause.key


def _words(pause: Pause) -> str:
    return "everything" if pause.scope == PauseScope.ALL else f"the {pause.scope} {pause.key}"
