"""The runs that are under way, and what is paused."""

from dataclasses import dataclass
from typing import Final

from accounts.rights import Actor, may
from operations.dashboard.addresses import address_of
from places.queries.reach import narrowed
from sources.enums import RunState
from sources.models import FetchRun, Pause

SHOWN: Final = 8
#: The rest is counted up to here.
MOST: Final = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Runs:
    """The oldest runs that are under way, how many there are in all, and the pauses."""

    shown: list[FetchRun]
    count: int
    link: str
    pauses: list[Pause]
    topics: str


def runs_now(by: Actor) -> Runs | None:
    """The runs of sources of the actor's cities (two queries, a third for who may see pauses)."""
    if not may(by, "sources.view_fetchrun"):
        return None
    running = narrowed(FetchRun.objects.filter(state=RunState.RUNNING), by, "source__city")
    shown = list(running.select_related("source").order_by("started_at", "id")[:SHOWN])
    pauses = (
        list(Pause.objects.order_by("since", "id")[:SHOWN])
        if may(by, "sources.view_pause", "places.oversee_city")
        else []
    )
    return Runs(
        shown=shown,
        count=len(shown) if len(shown) < SHOWN else running[:MOST].count(),
        link=address_of("sources_fetchrun", state__exact=RunState.RUNNING.value),
        pauses=pauses,
        topics=",".join(f"run:{run.pk}" for run in shown),
    )
