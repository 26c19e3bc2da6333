"""Step: the language of an event, by its script, by its words, and by the source's statement.

A title of two words is no evidence ("Yoga", "Dua Lipa"), so short texts take the source's language, or stay
''.
"""

from typing import Any, Final

from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.frozen import replace
from pipeline.text.languages import code_of, detect, is_long

SURE: Final = 0.6
LIKELY: Final = 0.35
#: The confidence with which a long text overrules the language that the source declares.
OVERRULES: Final = 0.9


def language(drafts: list[Draft], context: SourceContext, lookups: Any) -> list[Draft]:
    """Fill `event.language` (ISO 639-1, or '' where unknown) and its confidence.

    Dropped drafts pass through unchanged.
    """
    source = code_of(context.language)
    return [draft if draft.dropped else _reported(draft, source) for draft in drafts]


def _reported(draft: Draft, source: str) -> Draft:
    event = draft.event
    text = f"{event.title}. {event.description}" if event.description else event.title
    reported, sure = _decided(text, code_of(draft.raw.language) or code_of(event.language), source)
    return replace(
        draft,
        event=replace(event, language=reported, confidence={**event.confidence, "language": round(sure, 4)}),
    )


def _decided(text: str, declared: str, source: str) -> tuple[str, float]:
    """The language by the text, the event's own declaration and the source's language."""
    code, sure = detect(text)
    long = is_long(text)
    if declared and not (long and sure >= OVERRULES):
        return declared, max(0.8, sure if code == declared else 0.0)
    if sure >= SURE or (long and sure >= LIKELY):
        return code, sure
    if source:
        return source, 0.5
    return "", 0.0
