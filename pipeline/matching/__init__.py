"""Decides whether two records are one event: pure functions, with numpy and rapidfuzz alone.

The entry points are `match_records` and `match_candidates`. `text` folds words, `table` holds records as
columns, `blocking` finds candidate pairs, `features` compares them, `score` applies the trained model,
`clusters` makes the verdicts transitive, `explain` gives the reasons. `manage.py train_matcher` makes the
model (`training`, `examples`).
"""

from pipeline.contract.candidates import Candidate, MatchedPair
from pipeline.matching.matcher import match_candidates, match_records

__all__ = ["Candidate", "MatchedPair", "match_candidates", "match_records"]
