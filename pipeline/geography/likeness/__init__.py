"""Whether two venues are one. Pure: knows neither Django nor where the venues come from."""

from pipeline.geography.likeness.compare import ASK_AT, MERGE_AT, Look, compare, look, phone_digits
from pipeline.geography.likeness.pairs import VenuePair, candidate_pairs, match_venues
from pipeline.geography.likeness.venues import Venue, VenueLikeness

__all__ = [
    "ASK_AT",
    "MERGE_AT",
    "Look",
    "Venue",
    "VenueLikeness",
    "VenuePair",
    "candidate_pairs",
    "compare",
    "look",
    "match_venues",
    "phone_digits",
]
