"""What a scan says of each source, in words for readers. No address and no detail of ours is in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sources.enums import RunState
from sources.queries.scans import Held, ScannedSource, Step

_HELD: Final = {
    Held.ASKED: gettext_lazy("Was asked a moment ago."),
    Held.PAUSED: gettext_lazy("Is paused by the people who run this site."),
    Held.RESTS: gettext_lazy("Rests: it did not answer well lately, and is asked again by itself."),
    Held.KEY: gettext_lazy("Cannot be asked yet: this site has no key for it."),
}
_REFUSES: Final = gettext_lazy("Does not want to be asked by us.")
_BUSY: Final = gettext_lazy("Asks us to wait. It is asked again by itself.")
_SILENT: Final = gettext_lazy("Did not answer. It is asked again by itself.")
_OURS: Final = gettext_lazy("Something broke on our side. It is asked again by itself.")
_UNREAD: Final = gettext_lazy("Answered in a way that we could not read.")
_UNSET: Final = gettext_lazy("Is not set up yet by the people who run this site.")
#: Why a run failed, by the code of its error.
_FAILED: Final = {
    "robots refused": _REFUSES, "site refused": _REFUSES, "client refused": _REFUSES, "opted out": _REFUSES,
    "address refused": _REFUSES, "login failed": _REFUSES,
    "rate limited": _BUSY, "quota spent": _BUSY,
    "timed out": _SILENT, "connect failed": _SILENT, "server failed": _SILENT, "circuit open": _SILENT,
    "bad answer": _SILENT, "too many redirects": _SILENT,
    "schema changed": _UNREAD, "too large": _UNREAD, "set aside": _UNREAD,
    "CredentialsMissing": _HELD[Held.KEY], "ConfigInvalid": _UNSET, "UnknownConnector": _UNSET, "no renderer": _UNSET,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class ScanLine:
    """A line of the page: the source, a word for its state, and what is to be said of it."""

    name: str
    step: str
    word: str
    said: str


def scan_lines(sources: Sequence[ScannedSource]) -> list[ScanLine]:
    """One line for each source of a scan."""
    return [
        ScanLine(name=source.name, step=source.step.value, word=_word(source.step), said=_said(source))
        for source in sources
    ]


def scan_sum(sources: Sequence[ScannedSource]) -> str:
    """What all sources have said so far, in one sentence."""
    over = sum(source.is_over for source in sources)
    return _("%(over)d of %(all)d sources are through. %(found)s") % {
        "over": over,
        "all": len(sources),
        "found": _counts(sum(source.found for source in sources), sum(source.new for source in sources)),
    }


def _word(step: Step) -> str:
    match step:
        case Step.WAITING:
            return _("Waiting")
        case Step.ASKING:
            return _("Asking")
        case Step.READING:
            return _("Reading")
        case Step.DONE:
            return _("Done")
        case Step.FAILED:
            return _("Failed")
        case Step.HELD:
            return _("Not asked")


def _said(source: ScannedSource) -> str:
    match source.step:
        case Step.WAITING:
            return _("Its turn comes.")
        case Step.ASKING:
            return _("Waits for its answer.")
        case Step.READING:
            return _counts(source.found, source.new)
        case Step.DONE if source.state == RunState.QUARANTINED:
            return _("Answered unlike before: a person looks at it first.")
        case Step.DONE:
            return _counts(source.found, source.new)
        case Step.FAILED if source.state == RunState.CANCELLED:
            return _("Was stopped by the people who run this site.")
        case Step.FAILED:
            return str(_FAILED.get(source.code, _OURS))
        case Step.HELD:
            return str(_HELD[Held(source.code)]) if source.code else _("Its turn did not come in time.")


def _counts(found: int, new: int) -> str:
    events = ngettext("%(count)d event found", "%(count)d events found", found) % {"count": found}
    return _("%(events)s, %(new)d of them new.") % {"events": events, "new": new}
