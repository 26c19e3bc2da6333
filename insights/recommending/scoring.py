"""The three recommenders: which parts of a score each weighs, and how much."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from insights.recommending.arrays import Floats
from insights.recommending.tastes import PARTS

#: Learnt by `python -m training.recommending --learn` in the development worlds (docs/insights.md). Not changed by hand.
WEIGHTS: Final[Mapping[str, Mapping[str, float]]] = {
    "content": {
        "about": 2.8779,
        "category": 0.4996,
        "stated": 0.5884,
        "venue": 0.489,
        "performer": 0.3977,
        "hour": 0.0227,
        "distance": -0.8653,
        "price": -0.3129,
        "opened": 0.2643,
        "lately": 0.2746,
    },
    "collaborative": {
        "others": 1.6041,
        "opened": 0.2411,
        "lately": 0.3458,
    },
    "hybrid": {
        "about": 2.8361,
        "category": 0.4877,
        "stated": 0.5871,
        "venue": 0.4847,
        "performer": 0.3962,
        "hour": 0.0232,
        "distance": -0.8648,
        "price": -0.3126,
        "others": 0.537,
        "opened": 0.264,
        "lately": 0.2753,
    },
}


def combine(parts: Floats, weights: Mapping[str, float]) -> Floats:
    """The weighted sum of parts (parts × people × items): people × items."""
    row = np.array([weights.get(name, 0.0) for name in PARTS])
    return np.tensordot(row, parts, axes=1)
