"""Precision and coverage of each field over labelled files, worst first, and every disagreement."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rapidfuzz.fuzz import ratio

from pipeline.text.folding import fold
from training.evaluation.fields.compare import COMPARISONS, Event, Verdict, judge, moment, told_moment
from training.evaluation.fields.labels import FIELDS, Label, LabelFile

#: A function that returns the product's events of a file as JSON. Raises ValueError for an unreadable file.
Reader = Callable[[LabelFile], Iterable[Event]]

#: Titles this similar (per cent) mean one event, if it starts on the same day.
_ALIKE = 80
_DAY = 86_400


@dataclass(slots=True)
class Score:
    """The verdicts of each field, and the labelled events without a counterpart."""

    verdicts: dict[str, Counter[Verdict]] = field(default_factory=lambda: defaultdict(Counter))
    reported: int = 0
    found: int = 0

    def figures(self) -> dict[str, Any]:
        """`{"events", "found", "fields"}`; the fields in order of accuracy, the worst first.

        Each field has `right`, `wrong`, `missing` and `invented` events, `share` (right of all four),
        `precision` and `coverage`.
        """
        fields = {name: _shares(self.verdicts[name]) for name in FIELDS if self.verdicts[name]}
        worst = dict(sorted(fields.items(), key=lambda one: one[1]["share"]))
        return {"events": self.reported, "found": self.found, "fields": worst}


def fields_on(files: Iterable[LabelFile], read: Reader, disagreements: Path | None = None) -> dict[str, Any]:
    """The figures over all label files, in all and by kind.

    Files that are not on this machine are counted as `absent`; `unread` has the errors of unreadable ones.
    `disagreements`: a file that gets one JSON line for each verdict that is neither right nor silent.
    """
    whole, kinds = Score(), defaultdict[str, Score](Score)
    absent, unread, lines = 0, dict[str, str](), list[str]()
    for file in files:
        if file.path is None:
            absent += 1
            continue
        try:
            events = list(read(file)) if file.events else []
        except ValueError as error:
            unread[file.file], events = str(error), []
        for label in file.events:
            for one in _count(label, counterpart(label, events), (whole, kinds[file.kind])):
                named = {"file": file.file, "id": label.id} | one
                lines.append(json.dumps(named, ensure_ascii=False, default=str))
    if disagreements is not None:
        disagreements.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    by_kind = {kind: score.figures() for kind, score in sorted(kinds.items())}
    return whole.figures() | {"kinds": by_kind, "absent": absent, "unread": unread}


def _count(label: Label, event: Event | None, scores: Sequence[Score]) -> Iterator[dict[str, Any]]:
    """Count one labelled event in all `scores`; yields the disagreements."""
    for score in scores:
        score.reported += 1
        score.found += event is not None
    if event is None:
        yield {"field": "", "verdict": "no event", "told": label.reported["title"], "note": label.note}
        return
    for name in (one for one in FIELDS if one not in label.unknown):
        verdict = judge(name, label.right(name), event)
        for score in scores:
            score.verdicts[name][verdict] += 1
        if verdict not in (Verdict.RIGHT, Verdict.SILENT):
            given = COMPARISONS[name].given(event)
            yield {"field": name, "verdict": verdict, "told": label.reported[name], "given": given, "note": label.note}  # fmt: skip


def counterpart(label: Label, events: Sequence[Event]) -> Event | None:
    """The event of a label: of those with its id or address the nearest in time.

    Else the most similar title of that day.
    """
    named = [one for one in events if label.id and label.id in (one["external_id"], one["url"])]
    if named:
        return min(named, key=lambda one: _apart(label, one))
    alike = ((ratio(fold(label.reported["title"] or ""), fold(one["title"])), one) for one in events)
    near = [(score, one) for score, one in alike if score >= _ALIKE and _apart(label, one) < _DAY]
    return max(near, key=lambda one: one[0])[1] if near else None


def _apart(label: Label, event: Event) -> float:
    """Seconds between a label's start and an event's, in local time; 0 where the label has none."""
    start = moment(event)
    if not label.reported["start"] or start is None:
        return 0
    reported = told_moment(label.reported["start"])
    is_instant = isinstance(reported, datetime) and reported.tzinfo is not None
    given = start.instant if is_instant and start.instant is not None else start.wall
    return abs((_aware(reported) - _aware(given)).total_seconds())


def _aware(reported: datetime | date) -> datetime:
    """Any moment as an aware one, for subtraction: a date as its midnight."""
    if isinstance(reported, datetime):
        return reported if reported.tzinfo else reported.replace(tzinfo=UTC)
    return datetime(reported.year, reported.month, reported.day, tzinfo=UTC)


def _shares(verdicts: Mapping[Verdict, int]) -> dict[str, Any]:
    right, wrong = verdicts.get(Verdict.RIGHT, 0), verdicts.get(Verdict.WRONG, 0)
    missing, invented = verdicts.get(Verdict.MISSING, 0), verdicts.get(Verdict.INVENTED, 0)
    return {
        "right": right,
        "wrong": wrong,
        "missing": missing,
        "invented": invented,
        "share": _share(right, right + wrong + missing + invented),
        "precision": _share(right, right + wrong + invented),
        "coverage": _share(right + wrong, right + wrong + missing),
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 1.0
