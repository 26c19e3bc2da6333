"""Counts of what goes out, kept in Valkey for all processes together and read when Prometheus asks
(decisions/0018)."""

from egress.metrics.counts import BUCKETS, Counts, Series
from egress.metrics.recorder import ValkeyMetrics

__all__ = ["BUCKETS", "Counts", "Series", "ValkeyMetrics"]
