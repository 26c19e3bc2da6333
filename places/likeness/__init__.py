"""Whether two venues are one. Pure: knows neither Django nor where the venues come from."""

from places.likeness.compare import ASK_AT, MERGE_AT, Look, compare, look, phone_digits
from places.likeness.pairs import VenuePair, candidate_pairs, match_venues
from places.likeness.records import Venue, VenueLikeness

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
