"""The report on labelled examples from moderators' decisions: how often the facts of sources were right.

A label is a line of JSON as `manage.py export_labels` writes it (docs/trust.md).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from training.measure import wilson

#: Confidences are counted in so many bins; a source is listed from so many labels on, at most so many of them.
BINS: Final = 10
LEAST: Final = 5
MOST_SOURCES: Final = 100
_GROUPS: Final = ("what", "when", "where", "price", "text")


def read_labels(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the labels of a file. Raises ValueError for a line that is none."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            label = json.loads(line)
            if not isinstance(label, dict) or label.get("label") not in ("right", "wrong"):
                raise ValueError(f"line {number} is no label")
            yield label


def report(labels: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """`{"labels", "by_group", "by_source", "by_method", "calibration", "ece"}`.

    Each count is `{"right", "labels", "share", "low", "high"}`, the interval Wilson's of 95 %. `calibration` has, by
    tenth of the machine's confidence in the field, its mean and the share that was right; `ece` is their expected
    distance, None without confidences. Sources with the lowest share come first.
    """
    counts: dict[str, dict[str, list[bool]]] = {
        name: defaultdict(list) for name in ("group", "source", "method")
    }
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    total = 0
    for one in labels:
        total += 1
        right = one["label"] == "right"
        for name, found in counts.items():
            if one.get(name):
                found[str(one[name])].append(right)
        confidence = one.get("confidence")
        if isinstance(confidence, int | float):
            bins[min(BINS - 1, max(0, int(confidence * BINS)))].append((float(confidence), right))
    groups = {name: counts["group"][name] for name in _GROUPS if name in counts["group"]}
    sources = {name: found for name, found in counts["source"].items() if len(found) >= LEAST}
    worst = sorted(sources.items(), key=lambda one: (sum(one[1]) / len(one[1]), one[0]))[:MOST_SOURCES]
    return {
        "labels": total,
        "by_group": {name: _counted(found) for name, found in groups.items()},
        "by_source": {name: _counted(found) for name, found in worst},
        "by_method": {name: _counted(found) for name, found in sorted(counts["method"].items())},
        "calibration": [_bin(number, pairs) for number, pairs in sorted(bins.items())],
        "ece": _ece(bins),
    }


def _counted(found: list[bool]) -> dict[str, float]:
    right, of = sum(found), len(found)
    low, high = wilson(right, of)
    return {"right": right, "labels": of, "share": round(right / of, 4), "low": low, "high": high}


def _bin(number: int, pairs: list[tuple[float, bool]]) -> dict[str, float]:
    mean = sum(sure for sure, _ in pairs) / len(pairs)
    share = sum(right for _, right in pairs) / len(pairs)
    return {
        "from": number / BINS,
        "labels": len(pairs),
        "confidence": round(mean, 4),
        "right": round(share, 4),
    }


def _ece(bins: Mapping[int, list[tuple[float, bool]]]) -> float | None:
    total = sum(map(len, bins.values()))
    off = sum(abs(sum(sure - right for sure, right in pairs)) for pairs in bins.values())
    return round(off / total, 4) if total else None
