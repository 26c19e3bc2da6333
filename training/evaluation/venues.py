"""The accuracy of the venue matcher.

Precision, recall and F1 over pairs of two lists, or of one list with sources.
"""

import csv
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import numpy as np

from pipeline.contract.enums import PlaceVerdict
from pipeline.geography.likeness import MERGE_AT, Venue, match_venues
from training.evaluation.curves import Curve, curve_picture, histogram_picture
from training.evaluation.duplicates import Pair, ordered, read_pairs, score_pairs
from training.measure import wilson

#: No threshold is below this score.
LOWEST: Final = 0.05
#: The number of folds, each judged by a threshold from the others.
FOLDS: Final = 5
#: The columns of a venue, with their names in lists.
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "title"),
    "address": ("address", "addr", "location", "street"),
    "city": ("city", "town"),
    "country": ("country",),
    "phone": ("phone", "telephone", "phone_number"),
    "website": ("website", "url"),
    "source": ("source",),
}


def read_venues(path: Path, *, source: str = "") -> list[Venue]:
    """The venues of a CSV with a header.

    Raises KeyError where `id` or a name is missing. Columns `id` and `name` (or `title`), and where known
    address, city, country, phone, website, lat, lng (or lon), source. `source` is the default for the whole
    file.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        names = {(name or "").strip().lower(): name for name in reader.fieldnames or []}
        chosen = {
            field: next((names[one] for one in offered if one in names), None)
            for field, offered in _COLUMNS.items()
        }
        if "id" not in names:
            raise KeyError("id")
        if chosen["name"] is None:
            raise KeyError("name")
        return [_venue(row, names, chosen, source) for row in reader]


def _venue(
    row: Mapping[str, str], names: Mapping[str, str], chosen: Mapping[str, str | None], source: str
) -> Venue:
    texts = {field: (row.get(column) or "").strip() for field, column in chosen.items() if column is not None}
    texts["source"] = texts.get("source") or source
    lat, lng = (
        _degrees(row, names, *offered) for offered in (("lat", "latitude"), ("lng", "lon", "longitude"))
    )
    return Venue(id=(row[names["id"]] or "").strip(), lat=lat, lng=lng, **texts)


def _degrees(row: Mapping[str, str], names: Mapping[str, str], *offered: str) -> float | None:
    text = next((row[names[name]] for name in offered if name in names), "")
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def venues_on(
    files: list[Path],
    gold: Path,
    ignore: Path | None = None,
    *,
    without_phone: bool = False,
    pictures: Path | None = None,
) -> dict[str, Any]:
    """The venue matcher's figures.

    Over pairs of different files where there are two, else over all pairs of one file. The result also has
    the 95 % intervals `precision_interval` and `recall_interval`, `wrong`, `missed`, and as `held_out` the
    same figures when each fifth of the venues is merged with the best threshold of the others (`merge_at`:
    those five thresholds), which shows what choosing it on such a list is worth. With `without_phone` the
    telephone numbers, which are nearly ids there, are ignored. With `pictures`, the precision-recall curve
    and the histogram of scores are written into that folder as `venues-curve.svg` and `venues-scores.svg`.
    Errors as of `categories_on`.
    """
    numbers = count(1)
    venues = [
        venue
        for path in files
        for venue in read_venues(path, source=f"file {next(numbers)}" if len(files) > 1 else "")
    ]
    if without_phone:
        venues = [replace(venue, phone="") for venue in venues]
    ignored = read_pairs(ignore) if ignore else set()
    same = read_pairs(gold) - ignored
    found = match_venues(venues, across_only=len(files) > 1, merge_at=LOWEST)
    merged = {
        ids: pair.likeness.score
        for pair in found
        if pair.likeness.outcome is PlaceVerdict.MERGE
        and (ids := ordered(venues[pair.first].id, venues[pair.second].id)) not in ignored
    }
    figures = _figures({pair for pair, score in merged.items() if score >= MERGE_AT}, same)
    if pictures is not None:
        _draw(merged, same, figures, pictures)
    return figures | {"held_out": _held_out(merged, same)}


def _figures(predicted: set[Pair], same: set[Pair]) -> dict[str, Any]:
    right = len(predicted & same)
    return score_pairs(predicted, same) | {
        "precision_interval": wilson(right, len(predicted)),
        "recall_interval": wilson(right, len(same)),
        "wrong": len(predicted) - right,
        "missed": len(same) - right,
    }


def _held_out(merged: Mapping[Pair, float], same: set[Pair]) -> dict[str, Any]:
    predicted: set[Pair] = set()
    chosen = []
    for number in range(FOLDS):
        others = {pair: score for pair, score in merged.items() if _fold(pair) != number}
        merge_at = _best(others, {pair for pair in same if _fold(pair) != number})
        chosen.append(merge_at)
        predicted |= {pair for pair, score in merged.items() if _fold(pair) == number and score >= merge_at}
    return _figures(predicted, same) | {"merge_at": chosen}


def _fold(pair: Pair) -> int:
    """The fold of the first venue's id: all its pairs are in one fold."""
    return crc32(pair[0].encode()) % FOLDS


def _best(merged: Mapping[Pair, float], same: set[Pair]) -> float:
    """The score with the highest F1.

    Of several the highest score, since false merges are worse than missed ones.
    """

    def f1(merge_at: float) -> float:
        return float(score_pairs({pair for pair, score in merged.items() if score >= merge_at}, same)["f1"])

    return max(sorted(set(merged.values())), key=lambda merge_at: (f1(merge_at), merge_at), default=MERGE_AT)


def _draw(merged: Mapping[Pair, float], same: set[Pair], figures: Mapping[str, Any], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    scores = np.array(list(merged.values()), dtype=np.float64)
    truth = np.array([pair in same for pair in merged], dtype=bool)
    held_out = _held_out(merged, same)
    curve = curve_picture(
        Curve.of(scores, truth, len(same)),
        (figures["recall"], figures["precision"]),
        f"merged from {MERGE_AT}",
        {"score chosen on the other fifths": (held_out["recall"], held_out["precision"])},
    )
    (folder / "venues-curve.svg").write_text(curve, encoding="utf-8")
    (folder / "venues-scores.svg").write_text(
        histogram_picture(scores, truth, MERGE_AT, of="venue"), encoding="utf-8"
    )
