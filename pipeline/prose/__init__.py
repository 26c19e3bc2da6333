"""Reads prose (captions, articles, mails) into records.

One Protocol (`Extractor`), implemented by rules, or by a language model where an operator switches it on.
"""

from pipeline.contract.prose import Extractor, Prose
from pipeline.prose.reading import announced
from pipeline.prose.rules import Rules

__all__ = ["Extractor", "Prose", "Rules", "announced"]
