"""Recommends coming events to a reader, each with its reason (docs/insights.md)."""
