"""Prose as records: captions, articles, mails. One Protocol (`Extractor`), read by rules, or by a language
model where an operator turns it on."""

from pipeline.contract.prose import Extractor, Prose
from pipeline.prose.lines import text_of_html
from pipeline.prose.reading import announced
from pipeline.prose.rules import Rules

__all__ = ["Extractor", "Prose", "Rules", "announced", "text_of_html"]
