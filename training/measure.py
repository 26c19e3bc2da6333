"""Precision, recall and F1 from counts, with confidence intervals."""

from math import sqrt

#: The standard deviations on either side of a 95 % interval.
_DEVIATIONS = 1.959964


def wilson(right: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share of `right` among `of` independent trials (Wilson 1927); (0, 1) for none.

    Pairs of one group of duplicates are not quite independent, so the true interval is a little wider.
    """
    if not of:
        return 0.0, 1.0
    square = _DEVIATIONS**2 / of
    share = right / of
    middle, spread = share + square / 2, _DEVIATIONS * sqrt(share * (1 - share) / of + square / 4 / of)
    return round(max(0.0, (middle - spread) / (1 + square)), 4), round(
        min(1.0, (middle + spread) / (1 + square)), 4
    )


def rates(right: int, predicted: int, true: int) -> dict[str, float]:
    """`{"precision", "recall", "f1"}`, 0 where nothing was predicted or nothing is true."""
    precision = right / predicted if predicted else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}
