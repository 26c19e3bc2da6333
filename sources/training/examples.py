"""Labelled events as examples: same text once, sources balanced, kinds of source told apart, and the telling words as examples of their own."""

import hashlib
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from events.taxonomy import CATEGORIES, OTHER, SLUGS
from sources.categorizer.features import EventText
from sources.categorizer.lexicon import entries
from sources.categorizer.text import folded
from sources.evaluation import LabelledEvent, read_label_map, read_labelled

Array = npt.NDArray[Any]
_FAMILY: Final = re.compile(r"[a-z.]+")
#: How much a source's size counts: 0 all sources alike, 1 all events alike.
_SIZE_COUNTS: Final = 0.25


@dataclass(frozen=True)
class Examples:
    """Texts with their acceptable sets (n x 22), weights, sources, families of sources and folds (same title, same fold)."""

    texts: list[EventText]
    acceptable: Array
    weight: Array
    source: Array
    family: Array
    fold: Array
    digest: str

    def __len__(self) -> int:
        return len(self.texts)


def labelled_examples(path: Path, labels: Path, *, folds: int = 4, corrections: Iterable[LabelledEvent] = ()) -> Examples:
    """The labelled events of `path`, with the label map `labels`, and `corrections`, as examples."""
    corrected = list(corrections)
    events = [*read_labelled(path, read_label_map(labels)), *corrected]
    digest = hashlib.sha256(path.read_bytes() + labels.read_bytes())
    for event in corrected:
        digest.update(repr((event.key, event.title, event.description, event.venue, event.city, sorted(event.acceptable))).encode())
    return _arrays(events, folds, digest.hexdigest())


def read_corrections(path: Path) -> Iterator[LabelledEvent]:
    """Corrections that were written down: a file as of labelled events, its source `corrections`, its labels slugs."""
    return read_labelled(path, {("corrections", slug): (slug,) for slug in SLUGS})


def family_of(source: str) -> str:
    """The kind of source: "burningman2014" and "burningman2025" are one, so are "ticketmaster" and "ticketmaster-mx"."""
    found = _FAMILY.match(source)
    return found[0] if found else source


def telling_words() -> tuple[list[EventText], Array, Array]:
    """Each telling word and each phrase of the taxonomy as a text, its categories (n x 22), and its weight (each category counts alike)."""
    categories: dict[str, set[int]] = defaultdict(set)
    for category, entry in entries():
        word = entry.strip("*")
        if len(word) >= 3:
            categories[word].add(category)
    for number, known in enumerate(CATEGORIES):
        if known.slug != OTHER:
            for phrase in (known.name, known.covers, *known.covers.split(", ")):
                categories[phrase].add(number)
    told = sorted(categories)
    acceptable = np.zeros((len(told), len(SLUGS)), np.float32)
    for row, word in enumerate(told):
        acceptable[row, sorted(categories[word])] = 1
    weight = (acceptable / np.maximum(1, acceptable.sum(axis=0))).sum(axis=1)
    return [EventText(word) for word in told], acceptable, weight


def _arrays(events: Sequence[LabelledEvent], folds: int, digest: str) -> Examples:
    merged: dict[str, LabelledEvent] = {}
    for event in events:
        merged.setdefault(event.key, event)
    events = list(merged.values())
    acceptable = np.zeros((len(events), len(SLUGS)), np.float32)
    numbers = {slug: number for number, slug in enumerate(SLUGS)}
    for row, event in enumerate(events):
        acceptable[row, [numbers[slug] for slug in event.acceptable]] = 1
    titles = [folded(event.title).strip() for event in events]
    source = np.array([event.source for event in events])
    return Examples(
        texts=[EventText(event.title, event.description, event.venue, event.city, event.language) for event in events],
        acceptable=acceptable,
        weight=balanced(source, titles),
        source=source,
        family=np.array([family_of(event.source) for event in events]),
        fold=np.array([zlib.crc32(title.encode()) % folds for title in titles]),
        digest=digest,
    )


def balanced(source: Array, titles: Sequence[str]) -> Array:
    """Weights: repeated titles of a source share one, and a source's total grows with the fourth root of its size."""
    times: dict[tuple[str, str], int] = defaultdict(int)
    pairs = list(zip(source.tolist(), titles, strict=True))
    for pair in pairs:
        times[pair] += 1
    weight = np.array([1 / times[pair] for pair in pairs])
    for name in set(source.tolist()):
        mine = source == name
        weight[mine] *= weight[mine].sum() ** (_SIZE_COUNTS - 1)
    return weight
