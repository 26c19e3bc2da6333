"""Counters of outgoing requests, kept in Valkey for all processes and read by Prometheus (decisions/0018)."""

from egress.metrics.counts import BUCKETS, Counts, Series
from egress.metrics.recorder import ValkeyMetrics

__all__ = ["BUCKETS", "Counts", "Series", "ValkeyMetrics"]
