"""Whether what "tells of similar things" does: `python -m training.alike FILE.csv.gz --labels label_map.csv`.

Of each source with 200 labelled events or more up to 500, drawn by chance: for each event the six others whose texts are nearest, as the list
"Like this" has them, and whether they may be of one category by the source's own labels. The text is title and description: the
category, which the product's text has too, would tell the answer. Nothing is fitted to it. Last line: the figures, means over sources.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pipeline.encoder import encode_sentences
from training.evaluation import LabelledEvent, read_label_map, read_labelled

#: Cosine distances: what is below is said to be alike.
BOUNDS: Final = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
LEAST, MOST, NEAREST = 200, 500, 6
_TEXT: Final = 600


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("file", type=Path)
    options.add_argument("--labels", type=Path, required=True)
    asked = options.parse_args()
    print(json.dumps(measured(read_labelled(asked.file, read_label_map(asked.labels)))))


def measured(events: Iterable[LabelledEvent]) -> dict[str, Any]:
    """By bound: the share of neighbours below it (`told`), and how many of these are of one kind (`right`); and of pairs by chance."""
    by_source: dict[str, list[LabelledEvent]] = defaultdict(list)
    for event in events:
        by_source[event.source].append(event)
    found, chance = [], []
    for source in sorted(name for name, own in by_source.items() if len(own) >= LEAST):
        own = by_source[source]
        chosen = random.Random(source).sample(own, min(MOST, len(own)))
        texts = [f"{event.title} {event.description[:_TEXT]}" for event in chosen]
        distances, same = neighbours(encode_sentences(texts), chosen)
        found.append([(distances < bound, same) for bound in BOUNDS])
        pairs = zip(chosen, random.Random(f"{source} again").sample(chosen, len(chosen)), strict=True)
        chance.append(np.mean([_are_same(one, other) for one, other in pairs if one.title != other.title]))
    return {
        "sources": len(found),
        "chance": round(float(np.mean(chance)), 3),
        "told": {bound: _mean(below[at][0] for below in found) for at, bound in enumerate(BOUNDS)},
        "right": {
            bound: _mean(below[at][1][below[at][0]] for below in found) for at, bound in enumerate(BOUNDS)
        },
    }


def neighbours(
    vectors: npt.NDArray[Any], events: Sequence[LabelledEvent]
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Cosine distances to the nearest events of another title (n x `NEAREST`), and whether these are of one kind with it."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    distances = 1 - unit @ unit.T
    titles = np.array([event.title for event in events])
    distances[titles[:, None] == titles[None]] = np.inf
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :NEAREST]
    same = [[_are_same(one, events[at]) for at in row] for one, row in zip(events, nearest, strict=True)]
    return np.take_along_axis(distances, nearest, axis=1), np.array(same)


def _are_same(one: LabelledEvent, other: LabelledEvent) -> bool:
    return not one.acceptable.isdisjoint(other.acceptable)


def _mean(parts: Iterable[npt.NDArray[Any]]) -> float:
    return round(float(np.mean([part.mean() for part in parts if part.size])), 3)


if __name__ == "__main__":
    main()
