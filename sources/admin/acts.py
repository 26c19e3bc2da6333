"""Actions on a source: each carries it out and returns a message about the result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.timezone import now
from kombu.exceptions import OperationalError

from accounts.rights import Actor, may
from pipeline.contract.exceptions import SourceError
from sources import tasks
from sources.enums import PUSHED, PauseScope
from sources.models import Source
from sources.runs import pause as pausing
from sources.runs.claim import RUN
from sources.runs.pause import PAUSE, RESUME
from sources.setup import switch
from sources.setup.switch import CHANGE
from sources.setup.switch import reset as reset_source
from sources.triggers.start import start


@dataclass(frozen=True, slots=True)
class Said:
    """Whether the action succeeded, and the message to the user."""

    ok: bool
    words: str


def run_now(source: Source, *, by: Actor) -> Said:
    """Fetch the source now, due or not."""
    if source.type in PUSHED:
        return Said(False, "nothing is fetched from it; its events are sent to us.")
    try:
        started = start(source, by=by, now=now())
    except SourceError as error:
        return Said(False, error.detail)
    if started is None:
        return Said(False, "a run has just ended; try again.")
    if started.status == "started":
        try:
            tasks.fetching(source).delay(str(started.run.pk))
        except OperationalError:
            return Said(False, "the message broker does not answer; the run waits and is queued again later.")
    return Said(True, f"run {started.run.pk} is under way.")


def pause(source: Source, *, by: Actor) -> Said:
    """Pause the source. A running run ends."""
    pausing.pause(PauseScope.SOURCE, source.slug, reason="in the admin", by=by, now=now())
    return Said(True, "paused; a run under way ends.")


def resume(source: Source, *, by: Actor) -> Said:
    """Resume the source."""
    resumed = pausing.resume(PauseScope.SOURCE, source.slug, by=by)
    return Said(
        resumed,
        "goes on."
        if resumed
        else "is not paused itself. A pause of its city, a step or everything is deleted under Pauses or by the API.",
    )


def enable(source: Source, *, by: Actor) -> Said:
    """Switch the source on, if its platform accepts its key."""
    switched = switch.enable(source, by=by)
    return Said(switched.ok, "is on." if switched.ok else switched.error)


def disable(source: Source, *, by: Actor) -> Said:
    """Switch the source off."""
    switch.disable(source, by=by)
    return Said(True, "is off.")


def check(source: Source, *, by: Actor) -> Said:
    """Ask the platform whether it accepts the key, without a change."""
    error = switch.why_not(source, by=by, now=now())
    return Said(not error, error or "the platform accepts the key, or needs none.")


def reset(source: Source, *, by: Actor) -> Said:
    """Delete failures, validators and checkpoint, so that the next run is due at once and complete."""
    reset_source(source, by=by, now=now())
    return Said(True, "is due now, for a full fetch.")


VERBS: Final[Mapping[str, Callable[..., Said]]] = {
    "run": run_now, "pause": pause, "resume": resume, "enable": enable, "disable": disable, "check": check, "reset": reset,
}  # fmt: skip

#: The actions as buttons, in order, each with the right that its service requires.
WORDS: Final = (
    ("run", "Run now", RUN), ("check", "Check the key", CHANGE), ("enable", "Enable", CHANGE), ("disable", "Disable", CHANGE),
    ("pause", "Pause", PAUSE), ("resume", "Resume", RESUME), ("reset", "Reset", CHANGE),
)  # fmt: skip


def words_for(source: Source, *, is_paused: bool, by: Actor) -> list[tuple[str, str]]:
    """The buttons that apply to the source in its present state, and to the user."""
    idle = {"enable" if source.is_active else "disable", "pause" if is_paused else "resume"}
    return [(verb, words) for verb, words, right in WORDS if verb not in idle and may(by, right)]
