"""What kind of event it is: the trained categorizer, and what the source itself says of it.

A source's own categories and tags are strong hints, mapped by their names ("Food & Drink", "SportsEvent", "Konzerte"), never by the source's
identity; the text decides between several. Below the confidence threshold the category is `other`, with a flag that says what it may be.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from events.records import Flag
from events.taxonomy import OTHER, SLUGS, canonical
from sources.categorizer.features import EventText
from sources.categorizer.lexicon import lexicon
from sources.categorizer.model import Answer, categorizer
from sources.categorizer.subcategory import subcategory_of
from sources.categorizer.tags import tags_of
from sources.categorizer.text import words
from sources.records import Draft, SourceContext

#: Below this confidence nobody is told a category: it is calibrated, so fewer than three guesses in ten would be right.
THRESHOLD: Final = 0.3
#: How much likelier a category becomes when the source names it, and when a tag or a vague label points to it.
NAMED: Final = 60.0
POINTED: Final = 15.0
#: How much likelier the category becomes that the source's configuration gives to events that say nothing.
DEFAULTED: Final = 8.0
_MOST_LABELS: Final = 12
_MOST_TAGS: Final = 8


def categorize(drafts: list[Draft], context: SourceContext, lookups: Any) -> list[Draft]:
    """Fill `category`, `subcategory`, `tags` and the confidence. Dropped drafts pass through untouched."""
    rows = [index for index, draft in enumerate(drafts) if not draft.dropped]
    if not rows:
        return drafts
    texts = [text_of(drafts[index]) for index in rows]
    hints = np.array([_hints(drafts[index], context.default_category) for index in rows], np.float32)
    done = list(drafts)
    for index, answer in zip(rows, categorizer().answers(texts, hints=hints), strict=True):
        done[index] = _told(drafts[index], answer)
    return done


def text_of(draft: Draft) -> EventText:
    """What the categorizer reads of a draft."""
    event = draft.event
    city = event.venue.city or draft.city.replace("-", " ")
    return EventText(title=event.title, description=event.description, venue=event.venue.name, city=city, language=event.language)


def label_hints(label: str) -> Mapping[int, float]:
    """Category number -> factor for one label of a source: what it is called by, or the telling words in it. Empty for "Campus Wide"."""
    return _label_hints(label[:100])


@lru_cache(maxsize=4096)
def _label_hints(label: str) -> Mapping[int, float]:
    named = canonical(label)
    if named == OTHER:
        return {}
    if named:
        return {SLUGS.index(named): NAMED}
    evidence = lexicon().counts(words(label, 6))
    if not evidence.any():
        return {}
    strongest = float(evidence.max())
    return {number: POINTED * float(value) / strongest for number, value in enumerate(evidence) if value > strongest / 2}


def _hints(draft: Draft, default: str) -> npt.NDArray[np.float32]:
    """Factors by category (22,): 1 where the source says nothing of it."""
    factors = np.ones(len(SLUGS), np.float32)
    for label in draft.raw.categories[:_MOST_LABELS]:
        for number, factor in label_hints(label).items():
            factors[number] = max(factors[number], factor)
    for tag in draft.raw.tags[:_MOST_TAGS]:
        for number, factor in label_hints(tag).items():
            factors[number] = max(factors[number], min(factor, POINTED))
    fallback = canonical(default) if default else ""
    if fallback and fallback != OTHER and factors.max() <= 1.0:
        factors[SLUGS.index(fallback)] = DEFAULTED
    return factors


def _told(draft: Draft, answer: Answer) -> Draft:
    event = replace(draft.event, tags=tags_of(draft.event.title, draft.event.description, draft.event.tags))
    told = {**event.confidence, "category": answer.confidence}
    if answer.confidence < THRESHOLD:
        likeliest = sorted(answer.scores.items(), key=lambda item: -item[1])[:3]
        reason = "unsure what it is: perhaps " + ", ".join(f"{slug} ({score:.2f})" for slug, score in likeliest)
        flags = (*_without(event.flags), Flag(check="category", reason=reason))
        return replace(draft, event=replace(event, category=OTHER, subcategory="", confidence=told, flags=flags))
    part = subcategory_of(answer.category, draft.raw.categories + draft.raw.tags, event.title, event.description)
    changed = replace(event, category=answer.category, subcategory=part, confidence=told, flags=_without(event.flags))
    return replace(draft, event=changed)


def _without(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    return tuple(flag for flag in flags if flag.check != "category")
