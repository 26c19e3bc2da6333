"""Every model of the steps, loaded now: called once by a worker before it forks, so that its children share
the memory."""

from events.encoder import encode_sentences
from sources.categorizer.lexicon import lexicon
from sources.categorizer.model import categorizer
from sources.checks.profanity import strong_words
from sources.checks.spam import spam_filter
from sources.matching.score import default_model
from sources.steps.hint import entities_model
from sources.steps.language import detect


def warm() -> None:
    """Load the categorizer, the matcher, the sentence encoder, the spam filter, the word lists, the language
    model and spaCy's entities."""
    lexicon()
    categorizer()
    default_model()
    encode_sentences(["warm"])
    spam_filter()
    strong_words("warm")
    detect("warm words of a language")
    entities_model()
