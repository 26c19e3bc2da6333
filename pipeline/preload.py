"""Loads all models and expressions of the steps.

A worker calls it once before it forks, so that its children share the memory.
"""

from pipeline import patterns
from pipeline.encoder import encode_sentences
from pipeline.matching.score import default_model
from pipeline.refinement.categories.lexicon import lexicon
from pipeline.refinement.categories.model import categorizer
from pipeline.refinement.checks.profanity import strong_words
from pipeline.refinement.checks.spam import spam_filter
from pipeline.refinement.steps.hint import entities_model
from pipeline.text.languages import detect
from pipeline.text.markdown import as_html
from pipeline.text.sanitize.mending import mended


def warm() -> None:
    """Load all models.

    The categorizer, the matcher, the sentence encoder, the spam filter, the word lists, the language model
    and spaCy's entities; and compile all expressions.
    """
    patterns.compile_all()
    lexicon()
    categorizer()
    default_model()
    encode_sentences(["warm"])
    spam_filter()
    strong_words("warm")
    detect("warm words of a language")
    as_html("**warm**")
    mended("Ã©")
    entities_model()
