"""The scores of a trained model, as figures for its metadata and as lines for people."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.taxonomy import SLUGS
from training.categorizer import UNSEEN, WITHIN, Predictions, Trained, apart, mixings_apart
from training.corrections import SOURCE
from training.evaluation import score_categories
from training.evaluation.pictures import Answered, draw
from training.examples import Examples


def held_out_answers(examples: Examples, trained: Trained) -> dict[str, Predictions]:
    """Predictions for events that neither the models nor their mixing were trained on.

    `within` the sources (held out by title), of `unseen` sources (held out by kind), and of the latter each
    event `alone`, without its source's prior, as in a first run.
    """
    held_out, fold, family = trained.held_out, examples.fold, examples.family
    by_fold, by_family = (mixings_apart(examples, held_out, groups) for groups in (fold, family))
    return {
        "within": apart(examples, held_out.within, fold, by_fold),
        "unseen": apart(examples, held_out.unseen, family, by_family),
        "alone": apart(examples, held_out.unseen, family, by_family, alone=True),
    }


def figures(examples: Examples, reported: dict[str, Predictions]) -> dict[str, Any]:
    """`{"within", "unseen", "alone", "expected", "by_category"}`.

    The ways of holding out have the figures of `evaluate categories`. `expected` is the mean over sources if
    13 of 17 sources are of known kinds. Corrections have a row in `by_source` and do not count in the means
    over sources. `asked` is the share of events for which the sentence encoder was used. `unseen` and `alone`
    also have `several`: the mean over sources with at least 4 different sets.
    """
    within, unseen, alone = (_scored(examples, reported[way]) for way in ("within", "unseen", "alone"))
    sources = sorted(_sources(within["by_source"]))
    several = [source for source in sources if _sets(examples, source) >= 4]
    for way in (within, unseen, alone):
        way["mean"] = _mean(way, sources)
    for way in (unseen, alone):
        way["several"] = _mean(way, several)
    return {
        "within": within,
        "unseen": unseen,
        "alone": alone,
        "expected": _expected(within, unseen, sources),
        "by_category": _by_category(examples, reported["within"].best),
    }


def compared(new: Mapping[str, Any], held: Mapping[str, Any]) -> tuple[float, float] | None:
    """The `expected` of two results (see `figures`) over their common sources, without corrections.

    Different sources are not comparable, since some are easier. None without common sources, or without
    figures by source.
    """
    try:
        ways = [(card["within"], card["unseen"]) for card in (new, held)]
        common = sorted(set.intersection(*(_sources(way["by_source"]) for both in ways for way in both)))
    except KeyError:
        return None
    one, other = (_expected(within, unseen, common) for within, unseen in ways)
    return (one, other) if common else None


def draw_held_out(folder: Path, examples: Examples, reported: dict[str, Predictions]) -> None:
    """Draw the charts of both ways of holding out, each in its own folder below `folder`."""
    for way, about in (("within", "titles held out"), ("unseen", "sources held out")):
        answers = reported[way]
        rows = zip(examples.acceptable, answers.best, answers.sure, strict=True)
        answered = [
            Answered(frozenset(SLUGS[c] for c in np.flatnonzero(row)), SLUGS[top], float(sure))
            for row, top, sure in rows
        ]
        draw(folder / way, answered, about=about)


def score_card(found: dict[str, Any]) -> list[str]:
    """The figures as lines: by source for each way of holding out, and by category."""
    ways = (found["within"], found["unseen"], found["alone"])
    lines = [f"{'source':<20} {'titles held out':>16} {'source held out':>16} {'no prior':>16}"]
    lines += [
        " ".join([f"{source:<20}", *(f"{way['by_source'][source]:>16.3f}" for way in ways)])
        for source in found["within"]["by_source"]
    ]
    lines += [
        " ".join([f"{name:<20}", *(f"{way[name]:>16.4f}" for way in ways)])
        for name in ("mean", "pooled", "ece", "asked")
    ]
    lines += [
        " ".join(
            [f"{'several categories':<20}", f"{'':>16}", *(f"{way['several']:>16.4f}" for way in ways[1:])]
        ),
        "",
        f"{'category':<12} {'guessed':>8} {'right':>7} {'found':>7}",
    ]
    lines += [
        f"{slug:<12} {row['guessed']:>8} {row['right']:>7.3f} {row['found']:>7.3f}"
        for slug, row in found["by_category"].items()
    ]
    return [*lines, "", f"expected mean over 17 sources, 4 of them unseen: {found['expected']:.4f}"]


def _sources(by_source: Iterable[str]) -> set[str]:
    return set(by_source) - {SOURCE}


def _mean(way: Mapping[str, Any], sources: Collection[str]) -> float:
    return round(sum(way["by_source"][source] for source in sources) / max(1, len(sources)), 4)


def _expected(within: Mapping[str, Any], unseen: Mapping[str, Any], sources: Collection[str]) -> float:
    return round((WITHIN * _mean(within, sources) + UNSEEN * _mean(unseen, sources)) / (WITHIN + UNSEEN), 4)


def _scored(examples: Examples, reported: Predictions) -> dict[str, Any]:
    keys = [f"{source}:{row}" for row, source in enumerate(examples.source.tolist())]
    truth = {
        key: frozenset(SLUGS[c] for c in np.flatnonzero(row))
        for key, row in zip(keys, examples.acceptable, strict=True)
    }
    scored = score_categories(
        truth,
        ((key, SLUGS[top], float(c)) for key, top, c in zip(keys, reported.best, reported.sure, strict=True)),
    )
    return {**scored, "asked": round(float(reported.asked.mean()), 3)}


def _by_category(examples: Examples, best: Any) -> dict[str, dict[str, Any]]:
    """Held out by title: how often a category is guessed, the acceptable share of that, and the recall.

    The recall is over the events with that category as the only acceptable one.
    """
    alone = examples.acceptable.sum(axis=1) == 1
    rows: dict[str, dict[str, Any]] = defaultdict(dict)
    for number, slug in enumerate(SLUGS):
        guessed, only = best == number, alone & (examples.acceptable[:, number] > 0)
        if guessed.any() or only.any():
            right = float(examples.acceptable[guessed, number].mean()) if guessed.any() else 0.0
            found = float((best[only] == number).mean()) if only.any() else 0.0
            rows[slug] = {"guessed": int(guessed.sum()), "right": round(right, 3), "found": round(found, 3)}
    return dict(rows)


def _sets(examples: Examples, source: str) -> int:
    return len(set(map(tuple, examples.acceptable[examples.source == source].tolist())))
