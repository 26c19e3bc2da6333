"""Trains the recommenders from the consented log, and gives new events their numbers (docs/insights.md)."""
