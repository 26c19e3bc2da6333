"""Finds and orders the events that answer a question."""

from events.search.answering.answer import answer, onward

__all__ = ["answer", "onward"]
