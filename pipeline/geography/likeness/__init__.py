"""Decides whether two venues are the same. Pure; free of Django."""

from pipeline.geography.likeness.compare import ASK_AT, MERGE_AT, Look, compare, look, phone_digits
from pipeline.geography.likeness.pairs import VenuePair, candidate_pairs, match_venues
from pipeline.geography.likeness.venues import Venue, VenueLikeness

__all__ = [
    "ASK_AT", "MERGE_AT", "Look", "Venue", "VenueLikeness", "VenuePair", "candidate_pairs", "compare", "look", "match_venues",
    "phone_digits",
]  # fmt: skip
