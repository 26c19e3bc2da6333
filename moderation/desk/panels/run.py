"""The panel of a quarantined run: what it would change, beside the last run that was applied."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from accounts.rights import Actor, may
from moderation.desk.history import nearby
from moderation.desk.words import UNKNOWN, marked, moment_words, shown
from moderation.enums import ReviewKind, Verdict
from moderation.models import Review
from moderation.phrases import EFFECTS
from moderation.services.verdicts import NEEDED, VERDICTS

_NAMES: Final[Mapping[str, str]] = {
    Verdict.ACCEPT_RUN: "Apply the run", Verdict.DISCARD_RUN: "Discard the run", Verdict.RUN_AGAIN: "Fetch again",
    Verdict.PAUSE_SOURCE: "Pause the source",
}  # fmt: skip
#: The counts of a run, and how they are called.
_COUNTS: Final[Mapping[str, str]] = {
    "found": "records in its answer", "kept": "of these readable", "new": "new events", "changed": "changed", "unchanged": "as before",
    "missing": "newly missing",
}  # fmt: skip


def context(review: Review, *, by: Actor) -> dict[str, Any]:
    """The frozen evidence in words. Runs quarantined before it was kept show their reason and counts alone."""
    evidence = review.evidence
    source, name = str(evidence.get("source") or ""), str(evidence.get("source_name") or "")
    zone, would = str(evidence.get("timezone") or ""), evidence.get("would") or {}
    this_run = evidence.get("this_run") or {"found": evidence.get("found")}
    return {
        "would": [
            group for group in (_vanish(would, zone), _moves(would, zone), _retitles(would, zone)) if group
        ],
        "arriving": (would.get("new") or {}).get("count"),
        "is_noted": bool(would),
        "runs": _side_by_side(this_run, evidence.get("last_good") or {}, zone),
        "dropped": sorted((this_run.get("dropped") or {}).items(), key=lambda one: -one[1]),
        "effects": _effects(evidence, by),
        "nearby": nearby(None, source=source, name=name, but=review.object_id, by=by),
    }


def _effects(evidence: Mapping[str, Any], by: Actor) -> list[tuple[str, str]]:
    """What each verdict does that the actor may give."""
    allowed = VERDICTS[ReviewKind.RUN]
    pulled = evidence.get("is_fetched") is not False
    return [
        (_NAMES[verdict], effect)
        for verdict, effect in EFFECTS.items()
        if verdict in allowed
        and may(by, *NEEDED.get(Verdict(verdict), ()))
        and (pulled or verdict not in (Verdict.RUN_AGAIN, Verdict.PAUSE_SOURCE))
    ]


def _vanish(would: Mapping[str, Any], zone: str) -> dict[str, Any] | None:
    lines = [
        {
            "title": one["title"],
            "when": _when(one, zone),
            "event": one.get("event"),
            "venue": one.get("venue"),
        }
        for one in _of(would, "vanish")
    ]
    return _group(would, "vanish", "would vanish", lines)


def _moves(would: Mapping[str, Any], zone: str) -> dict[str, Any] | None:
    lines = []
    for one in _of(would, "move"):
        before, after = _when(one, zone), _when({**one, "start": one.get("after")}, zone)
        sides = marked(before, after) if after not in (before, UNKNOWN) else None
        lines.append(
            {
                "title": one["title"],
                "when": before,
                "sides": sides,
                "event": one.get("event"),
                "note": "" if sides else "the same time, under another number",
            }
        )
    return _group(would, "move", "would move", lines)


def _retitles(would: Mapping[str, Any], zone: str) -> dict[str, Any] | None:
    lines = [
        {
            "sides": marked(one["title"], str(one.get("after") or "")),
            "when": _when(one, zone),
            "event": one.get("event"),
            "title": one["title"],
        }
        for one in _of(would, "retitle")
    ]
    return _group(would, "retitle", "would get another title", lines)


def _of(would: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one for one in (would.get(kind) or {}).get("samples") or [] if one.get("title")]


def _group(
    would: Mapping[str, Any], kind: str, words: str, lines: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """A list with its heading; None where nothing of the kind would happen."""
    known = would.get(kind) or {}
    count = int(known.get("count") or 0)
    if not count:
        return None
    of = f" of {known['of']}" if known.get("of") else ""
    return {
        "kind": kind,
        "heading": f"{count}{of} {words}",
        "lines": lines,
        "more": max(0, count - len(lines)),
    }


def _when(sample: Mapping[str, Any], zone: str) -> str:
    """The start of a sample in its event's zone; the day alone where the event has no time of day."""
    start = str(sample.get("start") or "")
    if not start:
        return UNKNOWN
    words = shown("start_at", start, zone=str(sample.get("timezone") or zone))
    return words.partition(", ")[0] if sample.get("is_day") else words


def _side_by_side(this: Mapping[str, Any], last: Mapping[str, Any], zone: str) -> list[tuple[str, str, str]]:
    """Rows of a table: what is counted, in this run, and in the last good one."""
    rows = [("when", _at(this, zone), _at(last, zone))]
    for name, words in _COUNTS.items():
        if this.get(name) is not None or last.get(name) is not None:
            rows.append((words, _count(this, name), _count(last, name)))
    return rows if last or this.get("at") else [row for row in rows if row[0] != "when"]


def _at(run: Mapping[str, Any], zone: str) -> str:
    return moment_words(datetime.fromisoformat(str(run["at"])), zone) if run.get("at") else "none yet"


def _count(run: Mapping[str, Any], name: str) -> str:
    return f"{run[name]:,}" if isinstance(run.get(name), int) else "–"
