"""Neighbours by text are events of another title, the nearest first, and are of one kind where their labels allow it."""

import numpy as np

from training.alike import neighbours
from training.evaluation import LabelledEvent


def event(title: str, *kinds: str) -> LabelledEvent:
    return LabelledEvent(
        key=title, source="s", title=title, description="", venue="", city="", language="en", labels=(), acceptable=frozenset(kinds)
    )  # fmt: skip


def test_the_nearest_of_another_title_come_first_with_whether_they_are_of_one_kind() -> None:
    events = [
        event("Jazz", "music"),
        event("Jazz", "music"),
        event("Choir", "music", "art"),
        event("Tax", "business"),
    ]
    vectors = np.array([[1.0, 0.0], [1.0, 0.0], [3.0, 1.0], [0.0, 2.0]])
    distances, same = neighbours(vectors, events)
    assert same[0, :2].tolist() == [True, False]
    assert np.round(distances[0, :2], 2).tolist() == [0.05, 1.0]
    assert np.isinf(distances[0, 2:]).all()
