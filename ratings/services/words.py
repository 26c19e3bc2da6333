"""What of a text a moderator should look at: strong words, links, contacts of persons, and what reads like spam."""

from pipeline import patterns
from pipeline.refinement.checks.profanity import strong_words
from pipeline.text.contacts import without_contacts

_LINK = patterns.compile(r"(?:https?://|www\.)\S{1,80}", patterns.IGNORECASE)


def doubts(text: str, language: str = "") -> tuple[str, ...]:
    """The reasons for a moderator, the gravest first; () where none is found. It loads the spam filter: for workers."""
    from pipeline.refinement.checks.spam import spam_filter  # noqa: PLC0415 - it loads numpy, which the web process does not

    found = []
    if spam_filter().is_spam(text):
        found.append("spam: it reads like spam")
    if words := strong_words(text, language):
        found.append(f"profanity: {', '.join(words[:3])}")
    if _LINK.search(text):
        found.append("link: it has a link")
    if without_contacts(text)[1]:
        found.append("contact: it has the address or number of somebody")
    return tuple(found)
