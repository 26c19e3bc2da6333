"""Are two records one event: pure functions over records, of numpy and rapidfuzz alone. The entry point is
`match_records` and `match_candidates`.

`text` folds words, `table` holds records as columns, `blocking` finds the pairs worth a look, `features`
compares them, `score` judges them by the trained model, `clusters` makes the verdicts transitive, `explain`
says why. `manage.py train_matcher` makes the model (`training`, `examples`).
"""

from pipeline.contract.candidates import Candidate, MatchedPair
from pipeline.matching.matcher import match_candidates, match_records

__all__ = ["Candidate", "MatchedPair", "match_candidates", "match_records"]
