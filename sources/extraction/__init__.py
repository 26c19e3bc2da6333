"""Prose as records: captions, articles, mails. One Protocol (`Extractor`), read by rules, or by a language
model where an operator turns it on."""

from sources.extraction.lines import text_of_html
from sources.extraction.reading import announced
from sources.extraction.records import Extractor, Prose
from sources.extraction.rules import Rules

__all__ = ["Extractor", "Prose", "Rules", "announced", "text_of_html"]
