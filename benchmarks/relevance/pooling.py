"""The pool that is judged: the first ten of each ranking, shuffled, and what a judge says of them."""

import hashlib
import random
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from benchmarks.relevance import corpus
from benchmarks.relevance.questions import HALVES, Question, keep, read
from benchmarks.relevance.rankings import RANKINGS

#: Characters of a description that a judge reads.
SHOWN = 160


def write(questions: Iterable[Question], path: Path) -> int:
    """Write what is not judged yet to `path`, one event a line, in an order that says nothing. Returns how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for question in questions:
            lines = _unjudged(question)
            if lines:
                file.write(
                    f"? {question.half} | {question.city or '-'} | {question.asked:%a %d %b %Y %H:%M} | {question.text}\n"
                )
                file.writelines(f"{line}\n" for line in lines)
            count += len(lines)
    return count


def take(path: Path) -> int:
    """Take over grades from a file as `write` wrote it, with a grade (0 to 3) before the key of each line. Returns how many."""
    told: dict[str, dict[str, int]] = {}
    text = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("? "):
            text = line.split(" | ", 3)[3]
        elif graded := re.match(r"([0-3]) ([0-9a-f]{10})\b", line):
            told.setdefault(text, {})[graded[2]] = int(graded[1])
    for half in HALVES:
        keep([replace(one, grades={**one.grades, **told.get(one.text, {})}) for one in read(half)], half)
    return sum(map(len, told.values()))


def _unjudged(question: Question) -> list[str]:
    found = {event for rank in RANKINGS.values() for event in rank(question)}
    keys = corpus.keys_of(found)
    new = {keys[event][0]: event for event in found if question.grade(keys[event]) is None}
    order = sorted(new, key=lambda key: hashlib.sha256(f"{question.text} {key}".encode()).digest())
    random.Random(question.text).shuffle(order)
    shown = _shown(new.values())
    return [f"{key} {shown[new[key]]}" for key in order]


def _shown(events: Iterable[UUID]) -> dict[UUID, str]:
    from zoneinfo import ZoneInfo

    from events.models import Event
    from pipeline.text.markup import without_tags

    told = {}
    for event in Event.objects.filter(pk__in=list(events)).select_related("city", "organizer"):
        start = event.start_at.astimezone(ZoneInfo(event.timezone))
        price = f"{event.price_type} {event.price_min or ''}".strip()
        words = " ".join(without_tags(event.description).split())[:SHOWN]
        told[event.pk] = " | ".join(
            [
                event.title,
                f"{start:%a %d %b %H:%M}",
                event.venue_name,
                event.venue_city,
                str(event.category_id),
                price,
                words,
            ]
        )
    return told
