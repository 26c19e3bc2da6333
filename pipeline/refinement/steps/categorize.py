"""Step: the category, from the trained categorizer and the source's own labels.

A source's categories and tags are strong hints, by their names ("Food & Drink", "SportsEvent", "Konzerte"),
never by the source's identity; with several, the text decides. For an unfamiliar kind of source, its earlier
events count too. Below the confidence threshold the category is `other`, with a flag that names the likely
one: flags are reasons for review, so a moderator sees it. Other likely categories become tags.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import Flag
from pipeline.contract.raw import RawRecord
from pipeline.refinement.categories.features import EventText
from pipeline.refinement.categories.hints import hints_of
from pipeline.refinement.categories.leaning import PRIOR_FROM, is_prior, leaning
from pipeline.refinement.categories.model import Prediction, categorizer
from pipeline.refinement.categories.verdict import THRESHOLD, verdict


def categorize(drafts: list[Draft], context: SourceContext, lookups: Any) -> list[Draft]:
    """Fill `category`, `subcategory`, `tags` and the confidence. Dropped drafts pass through unchanged."""
    rows = [index for index, draft in enumerate(drafts) if not draft.dropped]
    if not rows:
        return drafts
    texts = [text_of(drafts[index]) for index in rows]
    raws = [drafts[index].raw for index in rows]
    hints = np.array(
        [hints_of(raw.categories, raw.tags, context.default_category) for raw in raws], np.float32
    )
    done = list(drafts)
    answers = categorizer().answers(texts, hints=hints, leaning=leaning(context.usual_categories))
    for index, answer in zip(rows, answers, strict=True):
        done[index] = _reported(drafts[index], answer)
    return done


def acquainted(records: Sequence[RawRecord], context: SourceContext) -> SourceContext:
    """The context of a source; one with too few earlier events gets usual categories from its first records.

    Each record is categorized by itself. So the first run of a new source has the same knowledge as its
    second.
    """
    if len(records) < PRIOR_FROM or is_prior(context.usual_categories):
        return context
    texts = [
        EventText(
            raw.title, raw.description, raw.venue.name, raw.venue.city, raw.language or context.language
        )
        for raw in records
    ]
    hints = np.array(
        [hints_of(raw.categories, raw.tags, context.default_category) for raw in records], np.float32
    )
    answers = categorizer().judge(categorizer().gather(texts), hints=hints)
    return replace(
        context,
        usual_categories=Counter(answer.category for answer in answers if answer.confidence >= THRESHOLD),
    )


def text_of(draft: Draft) -> EventText:
    """The text that the categorizer reads of a draft."""
    event = draft.event
    city = event.venue.city or draft.city.replace("-", " ")
    return EventText(
        title=event.title,
        description=event.description,
        venue=event.venue.name,
        city=city,
        language=event.language,
    )


def _reported(draft: Draft, answer: Prediction) -> Draft:
    event, labels = draft.event, draft.raw.categories + draft.raw.tags
    reported = verdict(
        answer, title=event.title, description=event.description, labels=labels, tags=event.tags
    )
    flags = _without(event.flags) + (
        (Flag(check="category", reason=reported.reason),) if reported.reason else ()
    )
    changed = replace(
        event,
        category=reported.category,
        subcategory=reported.subcategory,
        tags=reported.tags,
        confidence={**event.confidence, "category": answer.confidence},
        flags=flags,
    )
    return replace(draft, event=changed)


def _without(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    return tuple(flag for flag in flags if flag.check != "category")
