"""Searches that a person keeps: as a list, a feed, a live filter, an alert."""
