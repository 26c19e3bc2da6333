"""The accuracy of categories within the acceptable sets.

By source, its mean over sources, pooled, and the expected calibration error over ten bins. Computed exactly
as on the held-out data; each source's prior is that of its events in the file.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline.refinement.categories.features import EventText
from pipeline.refinement.categories.leaning import answers_by_source
from pipeline.refinement.categories.model import categorizer
from training.evaluation.pictures import BINS, Answered, draw

_MAX_FIELD: Final = 10**9


@dataclass(frozen=True, slots=True)
class LabelledEvent:
    """One event of a labelled file. `key` is `source:id`; `acceptable` has the correct slugs."""

    key: str
    source: str
    title: str
    description: str
    venue: str
    city: str
    language: str
    labels: tuple[str, ...]
    acceptable: frozenset[str]


def read_label_map(path: Path) -> dict[tuple[str, str], tuple[str, ...]]:
    """(source, label) -> acceptable slugs.

    From a CSV with `source`, `label`, `acceptable` (slugs joined by `|`).
    """
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["source"], row["label"]): tuple(row["acceptable"].split("|")) for row in csv.DictReader(file)
        }


def read_labelled(
    path: Path, label_map: Mapping[tuple[str, str], tuple[str, ...]]
) -> Iterator[LabelledEvent]:
    """Yield the events of a labelled CSV that have a label in the map, one per row, in order.

    The file is gzipped where its name ends in .gz. An event's acceptable set is the union over its labels;
    labels that are not in the map are ignored.
    """
    return (event for event in _events_of(path, label_map) if event.acceptable)


def _events_of(path: Path, label_map: Mapping[tuple[str, str], tuple[str, ...]]) -> Iterator[LabelledEvent]:
    """All rows; the acceptable set may be empty."""
    csv.field_size_limit(_MAX_FIELD)
    opener: Any = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            labels = tuple(row["labels"].split("|"))
            acceptable = frozenset(
                slug for label in labels for slug in label_map.get((row["source"], label), ())
            )
            yield LabelledEvent(
                key=f"{row['source']}:{row['id']}",
                source=row["source"],
                title=row["title"],
                description=row.get("description") or "",
                venue=row.get("venue") or "",
                city=row.get("city") or "",
                language=row.get("lang") or "",
                labels=labels,
                acceptable=acceptable,
            )


def truth_of(events: Iterable[LabelledEvent]) -> dict[str, frozenset[str]]:
    """key -> acceptable slugs; rows of the same key are joined."""
    truth: dict[str, frozenset[str]] = {}
    for event in events:
        truth[event.key] = truth.get(event.key, frozenset()) | event.acceptable
    return truth


def score_categories(
    truth: Mapping[str, frozenset[str]], predictions: Iterable[tuple[str, str, float]]
) -> dict[str, Any]:
    """The figures for predictions (key, category, confidence 0 to 1).

    `{"by_source", "mean", "pooled", "ece", "missing", "events"}`. The first prediction of a key counts;
    unknown keys are ignored; keys without prediction are `missing`.
    """
    hits: dict[str, list[bool]] = defaultdict(list)
    bins: dict[int, list[tuple[bool, float]]] = defaultdict(list)
    seen: set[str] = set()
    for key, category, confidence in predictions:
        if key in truth and key not in seen:
            seen.add(key)
            good = category in truth[key]
            hits[key.split(":")[0]].append(good)
            bins[min(BINS - 1, int(confidence * BINS))].append((good, confidence))
    total = sum(map(len, hits.values())) or 1
    by_source = {source: round(sum(good) / len(good), 3) for source, good in sorted(hits.items())}
    ece = (
        sum(abs(sum(good for good, _ in pairs) - sum(sure for _, sure in pairs)) for pairs in bins.values())
        / total
    )
    return {
        "by_source": by_source,
        "mean": round(sum(by_source.values()) / max(1, len(by_source)), 4),
        "pooled": round(sum(map(sum, hits.values())) / total, 4),
        "ece": round(ece, 4),
        "missing": len(truth) - len(seen),
        "events": total,
    }


def categories_on(file: Path, labels: Path, pictures: Path | None = None) -> dict[str, Any]:
    """The shipped categorizer's figures on a labelled file; with `pictures`, charts in that folder.

    Raises OSError, KeyError (a column is missing) or ValueError for an unsuitable file.
    """
    events = list(
        _events_of(file, read_label_map(labels))
    )  # unscored events count for their source's prior all the same
    truth = truth_of(event for event in events if event.acceptable)
    if not truth:
        raise ValueError("no event has a label that the map knows")
    texts = [
        EventText(event.title, event.description, event.venue, event.city, event.language) for event in events
    ]
    answers = answers_by_source(categorizer(), texts, [event.source for event in events])
    reported = list(zip(events, answers, strict=True))
    if pictures is not None:
        first = {event.key: answer for event, answer in reversed(reported) if event.acceptable}
        draw(
            pictures,
            [Answered(truth[key], answer.category, answer.confidence) for key, answer in first.items()],
            about=file.name,
        )
    return score_categories(
        truth, ((event.key, answer.category, answer.confidence) for event, answer in reported)
    )
