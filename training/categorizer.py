"""Trains the categorizer.

It fits the parts, computes their answers to held-out events, fits the mixing to these answers, and fits the
parts again on all events. Events are held out twice: by title within the sources (`within`: the next events
of known sources), and by kind of source (`unseen`: future sources). Everything is deterministic: the same
data gives the same artefact.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from pipeline.encoder import encode_sentences
from pipeline.refinement.categories.features import MARKS, Matrices, matrices
from pipeline.refinement.categories.known import Known, pieces
from pipeline.refinement.categories.leaning import leanings
from pipeline.refinement.categories.model import (
    Evidence,
    Mixing,
    Parts,
    are_alone,
    are_asked,
    confidence,
    entropy,
    evidence_of,
    logit,
    weigh,
)
from pipeline.taxonomy import SLUGS
from training.examples import Examples
from training.fit import Block, fit
from training.known import OwnExamples, fit_belief, fit_sentences, fit_words, own_examples

Array = npt.NDArray[Any]
Say = Callable[[str], None]

_RIDGE_WORDS, _RIDGE_EVIDENCE, _RIDGE_SENTENCES, _RIDGE_MARKS = 3e-6, 3e-3, 2e-5, 1e-5
_RIDGE_ALONE: Final = 1e-5
#: The weight of our own examples and words against all labelled events.
_TOLD: Final = 0.1
#: The start values of evidence: the same six weights for every category (damped count and share, by field).
_EVIDENCE_PRIOR: Final = np.vstack(
    [np.eye(len(SLUGS), dtype=np.float32) * weight for weight in (0.8, 2.0, 0.3, 1.0, 0.2, 0.5)]
)
#: A column that occurs in only one text is useless for others.
_LEAST_TEXTS: Final = 2
#: The expected numbers of known and of unseen sources.
WITHIN, UNSEEN = 13.0, 4.0
#: The weight of unseen sources in the mixing, against WITHIN: more than their expected share, because known
#: ones lose nothing by it.
_UNSEEN_MIXED: Final = 13.0


@dataclass(frozen=True)
class Workbench:
    """Data that is computed once.

    Features and vectors of the examples and of our own texts, and the knowledge without labels.
    """

    examples: Examples
    read: Matrices
    vectors: Array
    taught: OwnExamples
    taught_read: Matrices
    taught_vectors: Array
    known_words: Array
    known_sentences: Array
    pieces: list[Array]
    rounds: int


@dataclass(frozen=True)
class HeldOut:
    """The outputs of the parts for every example, without training on its title, or on its kind of source."""

    within: Evidence
    unseen: Evidence


@dataclass(frozen=True)
class Trained:
    """The result: weights from all examples, the mixing, and the held-out answers behind the figures."""

    parts: Parts
    mixing: Mixing
    held_out: HeldOut


def train(examples: Examples, *, rounds: int = 45, say: Say = print) -> Trained:
    """Train on `examples`; takes about ten minutes for 18,000 of them on one core.

    `say` is called with the progress.
    """
    with threadpool_limits(
        1
        # sums in a fixed order, so that the artefact is the same on every machine; more threads are hardly faster
    ):
        return _train(examples, rounds, say)


def _train(examples: Examples, rounds: int, say: Say) -> Trained:
    bench = workbench(examples, rounds)
    held_out = HeldOut(
        within=_asked(bench, examples.fold, say, "titles"),
        unseen=_asked(bench, examples.family, say, "source"),
    )
    mixing = fit_mixing(examples, held_out)
    say("fitting on all")
    return Trained(fit_parts(bench, np.ones(len(examples), bool)), mixing, held_out)


def workbench(examples: Examples, rounds: int) -> Workbench:
    """Features and vectors of all texts, and the knowledge from our own examples."""
    taught = own_examples()
    taught_read, read = matrices(taught.texts), matrices(examples.texts)
    taught_vectors = encode_sentences([text.sentence() for text in taught.texts])
    vectors = encode_sentences([text.sentence() for text in examples.texts])
    words = fit_words(taught, taught_read.words)
    sentences = fit_sentences(taught, taught_vectors)
    found = pieces(read, words, sentences, vectors)
    return Workbench(
        examples, read, vectors, taught, taught_read, taught_vectors, words, sentences, found, rounds
    )


def fit_parts(bench: Workbench, rows: Array) -> Parts:
    """All parts from the examples of `rows` (a mask) and from our own texts."""
    examples, chosen = bench.examples, np.flatnonzero(rows)
    weight = examples.weight[chosen]
    weights = np.concatenate([weight, bench.taught.weight * weight.sum() * _TOLD])
    acceptable = np.vstack([examples.acceptable[chosen], bench.taught.acceptable])
    words = sparse.vstack([bench.read.words[chosen], bench.taught_read.words]).tocsr()
    columns = np.flatnonzero(np.asarray((words > 0).sum(axis=0)).ravel() >= _LEAST_TEXTS)
    evidence = np.vstack([bench.read.evidence[chosen], bench.taught_read.evidence])
    blocks = [Block(words[:, columns], _RIDGE_WORDS), Block(evidence, _RIDGE_EVIDENCE, _EVIDENCE_PRIOR)]
    learned = fit(blocks, acceptable, weights, rounds=bench.rounds)
    all_words = np.zeros((words.shape[1], len(SLUGS)), np.float32)
    all_words[columns] = learned.weights[0]
    vectors = np.vstack([bench.vectors[chosen], bench.taught_vectors])
    sentences = fit([Block(vectors, _RIDGE_SENTENCES)], acceptable, weights, rounds=bench.rounds)
    marks, marks_bias = fit_marks(bench.read.marks[chosen], examples.family[chosen], weight)
    return Parts(
        words=all_words,
        evidence=learned.weights[1].astype(np.float32),
        words_bias=learned.bias.astype(np.float32),
        sentences=sentences.weights[0].astype(np.float32),
        sentences_bias=sentences.bias.astype(np.float32),
        marks=marks,
        marks_bias=marks_bias,
        known=_known(bench, chosen, weight),
    )


def _known(bench: Workbench, chosen: Array, weight: Array) -> Known:
    """The knowledge without labels; the labelled events only set the weight of each piece."""
    found, acceptable = [piece[chosen] for piece in bench.pieces], bench.examples.acceptable[chosen]
    return Known(
        words=bench.known_words,
        sentences=bench.known_sentences,
        weights=fit_belief(found[:-1], acceptable, weight),
        weights_asked=fit_belief(found, acceptable, weight),
    )


def fit_marks(marks: Any, family: Array, weight: Array) -> tuple[Array, Array]:
    """One detector for each kind of source against all others, (MARKS x kinds) and bias.

    An event that none of them claims is unfamiliar.
    """
    names = sorted(set(family.tolist()))
    is_kind = np.array([[one == name for name in names] for one in family.tolist()], np.float32)
    share = (weight / weight.sum())[:, None]
    turned = marks.T.tocsr()

    def loss(flat: Array) -> tuple[float, Array]:
        weights, bias = flat[: -len(names)].reshape(MARKS, -1).astype(np.float32), flat[-len(names) :]
        odds = marks @ weights + bias
        slope = (1 / (1 + np.exp(-np.clip(odds, -30, 30))) - is_kind) * share
        value = float((share * (np.logaddexp(0, odds) - is_kind * odds)).sum()) + 0.5 * _RIDGE_MARKS * float(
            (weights * weights).sum()
        )
        return value, np.concatenate(
            [(turned @ slope + _RIDGE_MARKS * weights).ravel(), slope.sum(axis=0)]
        ).astype(np.float64)

    start = np.zeros((MARKS + 1) * len(names))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 60}).x
    return found[: -len(names)].reshape(MARKS, -1).astype(np.float32), found[-len(names) :].astype(np.float32)


def fit_mixing(examples: Examples, held_out: HeldOut, rows: Array | None = None) -> Mixing:
    """The weights of the parts that make the held-out acceptable sets likeliest, then the calibration.

    Fitted on the examples of `rows` (a mask), by default all.
    """
    if rows is not None:
        examples, held_out = (
            examples.only(rows),
            HeldOut(held_out.within.only(rows), held_out.unseen.only(rows)),
        )
    share = _by_source(examples.source)
    within = held_out.within
    if within.sentences is None or within.known_sentences is None:
        raise ValueError("the mixing needs the answers of the sentences")
    alone = fit_belief([within.words, within.known], examples.acceptable, share)
    asked = fit_belief([within.words, within.sentences, within.known_sentences], examples.acceptable, share)
    start = Mixing(
        alone=(float(alone[0]), float(alone[1])), asked=(float(asked[0]), float(asked[1]), float(asked[2]))
    )

    def as_mixing(values: Array) -> Mixing:
        return replace(
            start,
            sharpness_known=max(0.05, float(values[0])),
            familiar_slope=max(0.05, float(values[1])),
            familiar_middle=float(values[2]),
        )

    def loss(values: Array) -> float:
        total = 0.0
        for evidence, counts in ((held_out.within, WITHIN), (held_out.unseen, _UNSEEN_MIXED)):
            chances, _ = weigh(evidence, as_mixing(values))
            total -= counts * float(share @ np.log((chances * examples.acceptable).sum(axis=1) + 1e-9))
        return total

    first = [start.sharpness_known, start.familiar_slope, start.familiar_middle]
    found = minimize(loss, first, method="Nelder-Mead", options={"maxiter": 80})
    return _calibrated(examples, held_out, as_mixing(found.x))


@dataclass(frozen=True)
class Predictions:
    """Predictions for n events.

    Best category (n), confidence that it is acceptable (n), whether the sentence encoder was used (n), the
    best category's probability before calibration (n), the familiarity of the kind of source (n), and the
    entropy of the probabilities (n).
    """

    best: Array
    sure: Array
    asked: Array
    highest: Array
    familiar: Array
    entropy: Array


def answers_of(evidence: Evidence, mixing: Mixing, source: Array, *, alone: bool = False) -> Predictions:
    """The answers as the shipped model would give them.

    Sentences are used only where the words are unsure, and the prior of each `source` (n) comes from its
    answers here; with `alone` each event is judged by itself.
    """
    prior = None
    if alone:
        chances, familiar, asked = adaptive(evidence, mixing)
    else:
        chances, familiar = weigh(replace(evidence, sentences=None, known_sentences=None), mixing)
        prior = _leanings(chances, familiar, mixing, source)
        chances, _, asked = adaptive(evidence, mixing, leanings=prior)
        prior = _leanings(chances, familiar, mixing, source, prior)
        chances, _, _ = adaptive(evidence, mixing, asked, prior)
    return Predictions(
        chances.argmax(axis=1),
        confidence(chances, familiar, mixing, alone=are_alone(prior, len(source))),
        asked,
        chances.max(axis=1),
        familiar,
        entropy(chances),
    )


def _leanings(
    chances: Array, familiar: Array, mixing: Mixing, source: Array, prior: Array | None = None
) -> Array:
    """The priors of the sources from the answers so far, which were given with `prior`."""
    sure = confidence(chances, familiar, mixing, alone=are_alone(prior, len(source)))
    return leanings(chances.argmax(axis=1), sure, source.tolist())


def mixings_apart(examples: Examples, held_out: HeldOut, groups: Array) -> dict[Any, Mixing]:
    """For each group a mixing fitted without it, so that nothing is tuned on what is reported."""
    return {group: fit_mixing(examples, held_out, groups != group) for group in sorted(set(groups.tolist()))}


def apart(
    examples: Examples, evidence: Evidence, groups: Array, mixings: dict[Any, Mixing], *, alone: bool = False
) -> Predictions:
    """The answers of each group by its mixing."""
    count = len(groups)
    reported = Predictions(
        np.zeros(count, int), np.zeros(count), np.zeros(count, bool), *(np.zeros(count) for _ in range(3))
    )
    for group, mixing in mixings.items():
        out = groups == group
        found = answers_of(evidence.only(out), mixing, examples.source[out], alone=alone)
        for name, value in vars(found).items():
            getattr(reported, name)[out] = value
    return reported


def adaptive(
    evidence: Evidence, mixing: Mixing, asked: Array | None = None, leanings: Array | None = None
) -> tuple[Array, Array, Array]:
    """Probabilities, familiarity, and where the sentences were used.

    By `asked` where given, else where the words alone are unsure.
    """
    words = replace(evidence, sentences=None, known_sentences=None)
    chances, familiar = weigh(words, mixing, leanings)
    asked = are_asked(words, mixing, leanings) if asked is None else asked
    full, _ = weigh(evidence, mixing, leanings)
    return np.where(asked[:, None], full, chances), familiar, asked


def _calibrated(examples: Examples, held_out: HeldOut, mixing: Mixing) -> Mixing:
    """Platt scaling of the best answer's log-odds, with and without familiarity, on the held-out answers.

    For unseen sources with their priors and without, as in a source's first run. A source counts by the root
    of its size, since the largest ones would be too optimistic for an unseen source.
    """
    by_source = _by_source(examples.source)
    odds, familiar, right, share = [], [], [], []
    for evidence, counts, alone in (
        (held_out.within, 1.0, False),
        (held_out.unseen, 0.15, False),
        (held_out.unseen, 0.15, True),
    ):
        reported = answers_of(evidence, mixing, examples.source, alone=alone)
        odds.append(logit(reported.highest))
        familiar.append(reported.familiar)
        right.append(examples.acceptable[np.arange(len(examples)), reported.best])
        share.append(counts * by_source)
    x, f, y, w = (np.concatenate(part) for part in (odds, familiar, right, share))

    def loss(c: Array) -> float:
        z = np.clip(c[0] + c[1] * x + c[2] * f + c[3] * f * x, -30, 30)
        return float((w * (np.logaddexp(0, z) - y * z)).sum() / w.sum())

    found = minimize(loss, np.array([0.0, 1.0, 0.0, 0.0]), method="BFGS").x
    calibration = (float(found[0]), float(found[1]), float(found[2]), float(found[3]))
    return replace(
        mixing, calibration=calibration, calibration_alone=_calibrated_alone(examples, held_out, mixing)
    )


def _calibrated_alone(examples: Examples, held_out: HeldOut, mixing: Mixing) -> tuple[float, float, float]:
    """The calibration of texts that come alone: on unseen sources, each kind of source with the same weight."""
    reported = answers_of(held_out.unseen, mixing, examples.source, alone=True)
    right = examples.acceptable[np.arange(len(examples)), reported.best]
    kinds, of, sizes = np.unique(examples.family, return_inverse=True, return_counts=True)
    share = 1.0 / (sizes[of] * len(kinds))
    columns = np.column_stack([np.ones(len(examples)), logit(reported.highest), reported.entropy])

    def loss(a: Array) -> float:
        z = np.clip(columns @ a, -30, 30)
        return float(share @ (np.logaddexp(0, z) - right * z)) + _RIDGE_ALONE * float(a @ a)

    found = minimize(loss, np.array([0.0, 1.0, 0.0]), method="BFGS").x
    return float(found[0]), float(found[1]), float(found[2])


def _asked(bench: Workbench, groups: Array, say: Say, what: str) -> Evidence:
    """The outputs of the parts for each example when trained without its group."""
    pieces: dict[str, Array] = {}
    for group in sorted(set(groups.tolist())):
        out = groups == group
        say(f"held out: {what} {group} ({int(out.sum())} events)")
        rows = np.flatnonzero(out)
        answers = evidence_of(fit_parts(bench, ~out), bench.read.rows(rows), bench.vectors[rows])
        for name in ("words", "known", "familiar", "sentences", "known_sentences"):
            value = getattr(answers, name)
            pieces.setdefault(name, np.zeros((len(groups), *value.shape[1:]), np.float32))[rows] = value
    return Evidence(**pieces)


def _by_source(source: Array) -> Array:
    """Weights that grow with the square root of a source's size; their sum is 1."""
    sizes = {name: int((source == name).sum()) for name in set(source.tolist())}
    share = np.array([sizes[name] ** -0.5 for name in source.tolist()])
    return share / share.sum()
