"""Trains the spam filter: messages and our own examples of event spam against real events."""

import csv
import hashlib
import io
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.refinement.checks.links import host_hash
from pipeline.refinement.checks.spam import COLUMNS, features
from training.fit import Block, fit, softmax

Array = npt.NDArray[Any]
EXAMPLES: Final = Path(__file__).parent / "data" / "spam_examples.txt"
#: The share of real events that may be flagged as spam.
MOST_FALSE: Final = 0.001
_RIDGE: Final = 1e-5
_FOLDS: Final = 5
#: The lowest threshold: what is more likely clean is never flagged.
_LEAST_THRESHOLD: Final = 0.6


@dataclass(frozen=True)
class SpamData:
    """The training data.

    Texts, whether each is spam, its kind (event, message, example) and its group, which is held out as a
    whole.
    """

    texts: list[str]
    spam: Array
    kind: Array
    group: Array
    bad_hosts: list[int]
    digest: str


@dataclass(frozen=True)
class SpamModel:
    """Weights by column, bias, threshold, and the figures of the held-out texts."""

    weights: Array
    bias: float
    threshold: float
    figures: dict[str, Any]


def spam_data(events: Sequence[tuple[str, str]], messages: Path, hosts: Path | None) -> SpamData:
    """The training data.

    Real events as (source, text), a file of `ham|spam<TAB>text` lines, known spam hosts one a line.
    """
    texts = [text for _, text in events]
    spam = [False] * len(texts)
    kind = ["event"] * len(texts)
    group = [source for source, _ in events]
    with messages.open(encoding="utf-8", errors="replace", newline="") as file:
        for label, text in (
            row[:2] for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if len(row) >= 2
        ):
            texts.append(text)
            spam.append(label == "spam")
            kind.append("message")
            group.append(f"part {zlib.crc32(text.encode()) % _FOLDS}")
    for line in EXAMPLES.read_text(encoding="utf-8").splitlines():
        texts.append(line)
        spam.append(True)
        kind.append("example")
        group.append(f"part {zlib.crc32(line.encode()) % _FOLDS}")
    bad = (
        [line.strip() for line in hosts.read_text(encoding="utf-8").splitlines() if line.strip()]
        if hosts
        else []
    )
    digest = hashlib.sha256("\0".join([*texts, *bad]).encode()).hexdigest()
    return SpamData(
        texts,
        np.array(spam),
        np.array(kind),
        np.array(group),
        sorted({host_hash(host.removeprefix("www.")) for host in bad}),
        digest,
    )


def train_spam(data: SpamData) -> SpamModel:
    """Fit the filter.

    Every source of events and every part of the messages is held out once, for the threshold and the figures.
    """
    matrix = _matrix(data.texts)
    held_out = np.zeros(len(data.texts))
    for group in sorted(set(data.group.tolist())):
        out = data.group == group
        weights, bias = _fit(matrix[~out], data, ~out)
        held_out[out] = _chances(matrix[out], weights, bias)
    events = data.kind == "event"
    threshold = max(_LEAST_THRESHOLD, float(np.quantile(held_out[events], 1 - MOST_FALSE)) + 1e-4)
    weights, bias = _fit(matrix, data, np.ones(len(data.texts), bool))
    return SpamModel(weights, bias, round(threshold, 4), _figures(data, held_out, threshold))


def dump_spam(model: SpamModel, data: SpamData) -> bytes:
    """The artefact: weights as bytes with one scale, hashes of hosts, and the rest as JSON. No pickle."""
    scale = float(np.abs(model.weights).max()) / 127 or 1.0
    metadata = {
        "data": data.digest,
        "texts": len(data.texts),
        "threshold": model.threshold,
        "figures": model.figures,
    }
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        weights=np.rint(model.weights / scale).astype(np.int8),
        scale=np.float32(scale),
        bias=np.float32(model.bias),
        bad_hosts=np.array(data.bad_hosts, np.uint64),
        metadata=np.array(json.dumps(metadata)),
    )
    return buffer.getvalue()


def _matrix(texts: Sequence[str]) -> Any:
    starts, columns, values = [0], [], []
    for text in texts:
        some, weights = features(text)
        columns.append(some)
        values.append(weights)
        starts.append(starts[-1] + len(some))
    return sparse.csr_matrix(
        (np.concatenate(values), np.concatenate(columns), starts), shape=(len(texts), COLUMNS)
    )


def _fit(matrix: Any, data: SpamData, rows: Array) -> tuple[Array, float]:
    """Weights of spam against clean.

    Events, clean messages, spam messages and our examples weigh 3 : 0.7 : 0.3 : 1 in all: messages show the
    style of spam, but spam among events resembles the examples more.
    """
    spam, kind = data.spam[rows], data.kind[rows]
    weight = np.zeros(len(spam))
    for some, share in (
        (kind == "event", 3.0),
        ((kind == "message") & ~spam, 0.7),
        ((kind == "message") & spam, 0.3),
        (kind == "example", 1.0),
    ):
        weight[some] = share / max(1, some.sum())
    fitted = fit([Block(matrix, _RIDGE)], np.stack([~spam, spam], axis=1), weight, spread=0.0, rounds=80)
    difference = fitted.weights[0][:, 1] - fitted.weights[0][:, 0]
    return difference.astype(np.float32), float(fitted.bias[1] - fitted.bias[0])


def _chances(matrix: Any, weights: Array, bias: float) -> Array:
    odds = matrix @ weights + bias
    return softmax(np.stack([np.zeros_like(odds), odds], axis=1))[:, 1]


def _figures(data: SpamData, held_out: Array, threshold: float) -> dict[str, Any]:
    called = held_out >= threshold
    events = data.kind == "event"

    def part(some: Array) -> float:
        return round(float(called[some].mean()), 4) if some.any() else 0.0

    worst = {
        source: part(events & (data.group == source)) for source in sorted(set(data.group[events].tolist()))
    }
    return {
        "events_called_spam": part(events),
        "events_called_spam_by_source": worst,
        "clean_messages_called_spam": part((data.kind == "message") & ~data.spam),
        "spam_messages_found": part((data.kind == "message") & data.spam),
        "event_spam_found": part(data.kind == "example"),
    }
