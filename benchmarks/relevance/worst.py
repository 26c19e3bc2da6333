"""Shows where search fails: the queries of the open half with the lowest figure, what was found and what was wanted."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from benchmarks.relevance import corpus, rankings
from benchmarks.relevance.questions import Question

Row = tuple[Question, Sequence[UUID], float | None]


def write(path: Path, rows: Sequence[Row], most: int = 60) -> None:
    """Write at most `most` queries to `path`, the worst first: the figure, what was understood, the answer with its grades, and
    the best events that the answer lacks."""
    known = [row for row in rows if row[2] is not None]
    texts = [_told(*row) for row in sorted(known, key=lambda row: (row[2] or 0, row[0].text))[:most]]
    path.write_text("\n\n".join(texts) + "\n", encoding="utf-8")


def _told(question: Question, found: Sequence[UUID], score: float | None) -> str:
    keys = corpus.keys_of(found)
    shown = [
        f"  {_grade(question, keys[event])} {words}"
        for event, words in zip(found, _words(found), strict=True)
    ]
    missing = _missing(question, {key for event in found for key in keys[event]})
    lines = [
        f"{score:.2f}  {question.text!r} in {question.city or 'no city'}, {question.asked:%a %d %b %Y %H:%M}",
        f"  {_understood(question)}",
    ]
    return "\n".join([*lines, " found:", *shown, " wanted, not found:", *(f"  {line}" for line in missing)])


def _grade(question: Question, keys: Sequence[str]) -> str:
    grade = question.grade(keys)
    return "?" if grade is None else str(grade)


def _understood(question: Question) -> str:
    from events.filters import EventFilter
    from events.search.understanding import understand

    understood = understand(
        question.text, given=EventFilter(city=question.city), now=rankings.moment(question)
    )
    return str({"filter": understood.filter.to_json(), "corrected": understood.corrected})


def _missing(question: Question, shown: set[str], most: int = 6) -> list[str]:
    from events.models import Event

    best = sorted((grade, key) for key, grade in question.grades.items() if grade >= 2 and key not in shown)[
        ::-1
    ][:most]
    if not best:
        return []
    wanted = {key for _, key in best}
    by_key = {
        key: event
        for event, keys in corpus.keys_of(Event.objects.values_list("pk", flat=True)).items()
        for key in keys
        if key in wanted
    }
    pairs = [(grade, by_key[key]) for grade, key in best if key in by_key]
    return [
        f"{grade} {words}"
        for (grade, _), words in zip(pairs, _words([event for _, event in pairs]), strict=True)
    ]


def _words(events: Sequence[UUID]) -> list[str]:
    from events.models import Event

    rows = Event.objects.in_bulk(list(events))
    return [
        f"{row.title[:70]} | {row.start_at.astimezone(ZoneInfo(row.timezone)):%a %d %b %H:%M} | {row.venue_name[:40]} | {row.category_id} | {row.price_type}"
        for row in (rows[event] for event in events)
    ]
