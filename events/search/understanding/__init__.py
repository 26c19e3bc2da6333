"""Reads what a text asks for: days, hours, places, categories, prices and ages become filters, the rest is searched."""

from events.search.understanding.reading import understand
from events.search.understanding.vocabulary import Named, Vocabulary

__all__ = ["Named", "Vocabulary", "understand"]
