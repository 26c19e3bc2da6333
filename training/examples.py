"""Labelled events as training examples: deduplicated texts, balanced sources, and kinds of source."""

import hashlib
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pipeline import patterns
from pipeline.refinement.categories.features import EventText
from pipeline.taxonomy import SLUGS
from pipeline.text.words import folded
from training.evaluation import LabelledEvent, read_label_map, read_labelled

Array = npt.NDArray[Any]
_FAMILY: Final = patterns.compile(r"[a-z.]+")
#: How much a source's size counts: 0 all sources equal, 1 all events equal.
_SIZE_COUNTS: Final = 0.25


@dataclass(frozen=True)
class Examples:
    """Texts with their acceptable sets (n x 22), weights, sources, kinds of source and folds.

    Equal titles are in the same fold.
    """

    texts: list[EventText]
    acceptable: Array
    weight: Array
    source: Array
    family: Array
    fold: Array
    digest: str

    def __len__(self) -> int:
        return len(self.texts)

    def only(self, rows: Array) -> "Examples":
        """A subset: `rows` is a mask."""
        texts = [text for text, chosen in zip(self.texts, rows, strict=True) if chosen]
        arrays: dict[str, Any] = {
            name: getattr(self, name)[rows] for name in ("acceptable", "weight", "source", "family", "fold")
        }
        return replace(self, texts=texts, **arrays)


def labelled_examples(
    path: Path, labels: Path, *, folds: int = 4, corrections: Iterable[LabelledEvent] = ()
) -> Examples:
    """The labelled events of `path`, with the label map `labels`, and `corrections`, as examples."""
    corrected = list(corrections)
    events = [*read_labelled(path, read_label_map(labels)), *corrected]
    digest = hashlib.sha256(path.read_bytes() + labels.read_bytes())
    for event in corrected:
        digest.update(
            repr(
                (event.key, event.title, event.description, event.venue, event.city, sorted(event.acceptable))
            ).encode()
        )
    return _arrays(events, folds, digest.hexdigest())


def read_corrections(path: Path) -> Iterator[LabelledEvent]:
    """Yield stored corrections: a file of labelled events with the source `corrections`, and slugs as labels."""
    return read_labelled(path, {("corrections", slug): (slug,) for slug in SLUGS})


def family_of(source: str) -> str:
    """The kind of source.

    One for "burningman2014" and "burningman2025", one for "ticketmaster" and "ticketmaster-mx".
    """
    found = _FAMILY.match(source)
    return found[0] if found else source


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
        texts=[
            EventText(event.title, event.description, event.venue, event.city, event.language)
            for event in events
        ],
        acceptable=acceptable,
        weight=balanced(source, titles),
        source=source,
        family=np.array([family_of(event.source) for event in events]),
        fold=np.array([zlib.crc32(title.encode()) % folds for title in titles]),
        digest=digest,
    )


def balanced(source: Array, titles: Sequence[str]) -> Array:
    """Weights.

    Repeated titles of a source share one, and a source's total grows with the fourth root of its size.
    """
    times: dict[tuple[str, str], int] = defaultdict(int)
    pairs = list(zip(source.tolist(), titles, strict=True))
    for pair in pairs:
        times[pair] += 1
    weight = np.array([1 / times[pair] for pair in pairs])
    for name in set(source.tolist()):
        mine = source == name
        weight[mine] *= weight[mine].sum() ** (_SIZE_COUNTS - 1)
    return weight
