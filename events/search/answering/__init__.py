"""Finds and orders the events that answer a question."""

from events.search.answering.answer import answer

__all__ = ["answer"]
