"""Step: facts from an event's own words.

A fact that the source states is never changed; nothing is inferred from silence.
"""

from itertools import filterfalse
from typing import Any, Final

from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.enums import Setting
from pipeline.contract.fields import SIMPLE, is_known
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import NormalizedEvent
from pipeline.refinement.categories.tags import is_for_children
from pipeline.refinement.facts.access import access_of
from pipeline.refinement.facts.ages import ADULT, age_limit_of, ages_of, is_for_adults
from pipeline.refinement.facts.labelled import labelled
from pipeline.refinement.facts.performers import apart, is_one_of, performers_of
from pipeline.refinement.facts.setting import setting_of
from pipeline.text.markup import lines_of
from pipeline.text.sanitize import plain

#: Only so many characters of a description are read.
MAX_TEXT: Final = 6_000
_STATED: Final = 0.95
_IN_WORDS: Final = 0.8


def facts(drafts: list[Draft], context: SourceContext, lookups: Any) -> list[Draft]:
    """Set performers, accessibility (with ages), setting and the simple fields, with their confidences.

    Tags for children and families are held back where an event is for adults.
    Dropped drafts pass through unchanged.
    """
    return [
        draft if draft.dropped else replace(draft, event=_with_facts(draft.event, draft)) for draft in drafts
    ]


def _with_facts(event: NormalizedEvent, draft: Draft) -> NormalizedEvent:
    text = plain(event.description[:MAX_TEXT]) if event.description else ""
    title = event.raw_title or event.title
    lines = lines_of(event.description[:MAX_TEXT])
    performers, sure_performers = _performers(event, lines)
    reported = access_of(event.accessibility, f"{title}. {text}") | ages_of(
        event.accessibility, title, f"{title}.\n{lines}"
    )
    setting, sure_setting = _setting(event, draft, title, text)
    confidence = {
        **event.confidence,
        **({"performers": sure_performers} if performers else {}),
        **({"accessibility": _sure_of(event, reported)} if reported else {}),
        **({"setting": sure_setting} if setting is not Setting.UNKNOWN else {}),
    }
    event = replace(
        event, performers=performers, accessibility=reported, setting=setting, confidence=confidence
    )
    event = _with_simple(event)
    adult = (event.age_limit or 0) >= ADULT or is_for_adults(f"{title}. {text}")
    return replace(event, tags=tuple(filterfalse(is_for_children, event.tags))) if adult else event


def _with_simple(event: NormalizedEvent) -> NormalizedEvent:
    """The simple fields.

    As stated, else from a labelled line of the description, else from their own readers.
    """
    stated = {name for name in SIMPLE if is_known(name, getattr(event, name))}
    found = labelled(event.description[:MAX_TEXT], but=stated)
    age = age_limit_of(event.accessibility)
    if age is not None and "age_limit" not in stated | found.keys():
        found["age_limit"] = age
    sure = {name: event.confidence.get(name, _STATED) for name in stated} | dict.fromkeys(found, _IN_WORDS)
    return replace(event, **found, confidence={**event.confidence, **sure}) if sure else event


def _performers(event: NormalizedEvent, text: str) -> tuple[tuple[str, ...], float]:
    """The performers that the source names, without venue and organizer; else those in the title and the text."""
    others = (event.venue.name, event.organizer.name if event.organizer else "")
    if event.performers:
        names = (name for name in apart(event.performers) if not is_one_of(name, others))
        return tuple(names), event.confidence.get("performers", _STATED)
    return performers_of(event.raw_title or event.title, event.category, others, text), 0.7


def _sure_of(event: NormalizedEvent, reported: dict[str, Any]) -> float:
    """The confidence: an earlier value keeps its own, a value from words gets that of words."""
    before = event.confidence.get("accessibility", _STATED)
    return before if reported.keys() <= event.accessibility.keys() else _IN_WORDS


def _setting(event: NormalizedEvent, draft: Draft, title: str, text: str) -> tuple[Setting, float]:
    if event.setting is not Setting.UNKNOWN:
        return event.setting, event.confidence.get("setting", _STATED)
    return setting_of(title, text, event.venue.name, event.online)
