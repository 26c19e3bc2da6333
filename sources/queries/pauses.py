"""Pauses: which work must not start, and why."""

from dataclasses import dataclass

from django.db.models import Q

from sources.enums import PauseScope
from sources.models import Pause, Source

FETCH, PROCESS = "fetch", "process"


@dataclass(frozen=True, slots=True)
class ActivePauses:
    """All pauses at one moment."""

    pauses: tuple[Pause, ...]

    def why(self, source: Source, step: str) -> str:
        """Why `step` (fetch or process) of the source may not start now, '' where it may.

        The source's city must be selected.
        """
        for pause in self.pauses:
            if _concerns(pause, source, step):
                reason = f": {pause.reason}" if pause.reason else ""
                return f"Paused ({_words(pause)}) since {pause.since:%Y-%m-%d %H:%M} UTC{reason}"
        return ""

    def stops_step(self, step: str) -> bool:
        """Whether that step is paused for all sources."""
        return any(_concerns(pause, None, step) for pause in self.pauses)

    def unpaused(self) -> Q:
        """A condition on sources: paused neither by slug nor by city."""
        named = [pause.key for pause in self.pauses if pause.scope == PauseScope.SOURCE]
        cities = [pause.key for pause in self.pauses if pause.scope == PauseScope.CITY]
        return ~Q(slug__in=named) & (Q(city__isnull=True) | ~Q(city__slug__in=cities))


def active_pauses() -> ActivePauses:
    """The present pauses (1 query)."""
    return ActivePauses(tuple(Pause.objects.order_by("since", "id")))


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
