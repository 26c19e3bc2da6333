"""Which events a digest has, and in which order."""

from digests.choosing.history import Sent, sent_before
from digests.choosing.learnt import fits
from digests.choosing.marks import mark_of
from digests.choosing.pool import Pool, pool_of
from digests.choosing.ranking import chosen
from digests.choosing.records import NOBODY, Line, Occurrence, Taste
from digests.choosing.taste import tastes_of

__all__ = [
    "NOBODY",
    "Line",
    "Occurrence",
    "Pool",
    "Sent",
    "Taste",
    "chosen",
    "fits",
    "mark_of",
    "pool_of",
    "sent_before",
    "tastes_of",
]
