"""The panel of what readers reported on an event: who said what, how good they were, and the event itself."""

from collections.abc import Mapping
from typing import Any, Final

from accounts.exceptions import InputRefused
from accounts.rights import Actor
from events.enums import Happening
from events.models import Event
from moderation.corrections import FIELDS, TIMES, columns_of, present
from moderation.desk.panels import event as event_panel
from moderation.desk.words import marked, moment_words, shown
from moderation.enums import ReportKind, ReportState, ReviewState
from moderation.models import Report, Review
from moderation.reporters import Record
from moderation.services.reports import WORDS, open_reports, records_of

#: So many reports are listed; the counts are of all.
MOST: Final = 50
_STATES: Final[Mapping[str, str]] = {
    ReportState.UPHELD: "it was right",
    ReportState.DISMISSED: "nothing was wrong",
}


def context(review: Review, *, by: Actor) -> dict[str, Any]:
    """The facts of the event, and its reports with their corrections beside the present values."""
    found = event_panel.context(review, by=by)
    event = found["event"]
    is_open = review.state == ReviewState.OPEN
    rows = open_reports(review.object_id) if is_open else review.reports.order_by("-at", "-pk")
    reports = list(rows[:MOST])
    records = records_of(reports)
    told = [_told(each, records.get(each.reporter, Record()), event) for each in reports] if event else []
    return {
        **found,
        "reports": told,
        "reports_weight": _percent(review.evidence.get("weight")),
        "reports_threshold": _percent(review.evidence.get("threshold")),
        "present": _present(event) if event else [],
        "may_cancel": is_open and event is not None and event.happening != Happening.CANCELLED
        and any(each.kind == ReportKind.CANCELLED for each in reports),
    }  # fmt: skip


def _percent(weight: float | None) -> int | None:
    """A weight as people read it: 100 is a reader who is always right."""
    return None if weight is None else round(100 * weight)


def _told(report: Report, record: Record, event: Event) -> dict[str, Any]:
    fixes = _fixes(report, event)
    return {
        "id": report.pk,
        "words": WORDS[ReportKind(report.kind)],
        "note": report.note,
        "who": record.words if report.reporter else "no longer known",
        "weight": _percent(record.weight),
        "when": moment_words(report.at, event.timezone),
        "fixes": fixes,
        "may_accept": bool(fixes) and report.state == ReportState.OPEN and _fits(report, event),
        "state": _STATES.get(report.state, ""),
    }


def _fixes(report: Report, event: Event) -> list[dict[str, Any]]:
    """Each corrected field: its name, and the present and the reader's value with the differences marked."""
    now = present(event)
    pairs = [(name, now[name], text) for name, text in report.corrections.items() if name in now]
    return [
        dict(zip(("label", "before", "after"), (FIELDS[name], *marked(_said(name, old, event), _said(name, new, event))), strict=True))
        for name, old, new in pairs
    ]  # fmt: skip


def _said(name: str, text: str, event: Event) -> str:
    """A text as people read it: a time with its day and zone."""
    return shown(name, text, zone=event.timezone) if name in TIMES and text else text or "not known"


def _fits(report: Report, event: Event) -> bool:
    """Whether the correction can still be applied: the event may have changed since."""
    try:
        return bool(columns_of(event, report.corrections))
    except InputRefused:
        return False


def _present(event: Event) -> list[tuple[str, str]]:
    return [(FIELDS[name], _said(name, text, event)) for name, text in present(event).items() if text]
