"""The figures on the recorded data.

They are in-sample (the model was trained on it): a lower value means that something broke.
"""

import pytest

from pipeline.matching import match_records
from tests.data import SHARED, needs_data
from training.matching.examples import Pair, conferences, new_york, ordered

FOLDER = SHARED / "dedup"


def right(found: set[Pair], same: frozenset[Pair]) -> tuple[float, float]:
    hits = len(found & same)
    return hits / len(found), hits / len(same)


@needs_data
@pytest.mark.data
def test_conferences() -> None:
    data = conferences(FOLDER / "conferences/dev")
    found = {
        ordered(p.id1, p.id2) for p in match_records(FOLDER / "conferences/dev/records.csv")
    } - data.ignored
    precision, recall = right(found, data.same)
    assert precision >= 0.99
    assert recall >= 0.97


@needs_data
@pytest.mark.data
def test_new_york() -> None:
    data = new_york(FOLDER / "nyc_multisource")
    found = {ordered(p.id1, p.id2) for p in match_records(str(FOLDER / "nyc_multisource/records.csv"))} & (
        data.same | data.different
    )
    precision, recall = right(found, data.same)
    assert precision >= 0.99
    assert recall >= 0.97
