"""Reads kept payloads with today's parser: what would be new, change or vanish, before anything is applied."""

from sources.triggers.replay.applying import apply
from sources.triggers.replay.comparing import compare
from sources.triggers.replay.difference import Difference, OccurrenceChange
from sources.triggers.replay.reading import NothingKept

__all__ = ["Difference", "NothingKept", "OccurrenceChange", "apply", "compare"]
