"""From the categorizer's answer to category, subcategory and tags; or to `other` with a reason for review."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.refinement.categories.model import Prediction
from pipeline.refinement.categories.subcategory import subcategory_of
from pipeline.refinement.categories.tags import MOST, tags_of
from pipeline.taxonomy import OTHER

#: Below this calibrated confidence no category is shown: fewer than three guesses in ten would be right.
THRESHOLD: Final = 0.3
#: A further category is kept where it has at least this share of the scores.
SECOND: Final = 0.25


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result for an event.

    `secondary` are further categories, the likeliest first. `reason` is why a moderator should look at it, or
    ''.
    """

    category: str
    subcategory: str
    tags: tuple[str, ...]
    secondary: tuple[str, ...]
    reason: str


def verdict(
    answer: Prediction, *, title: str, description: str, labels: Sequence[str] = (), tags: Sequence[str] = ()
) -> Verdict:
    """The verdict on one event.

    `labels` are the source's categories, `tags` the tags that the event has already.
    """
    known = tags_of(title, description, tags)
    likeliest = sorted(answer.scores.items(), key=lambda item: -item[1])[:3]
    if answer.confidence < THRESHOLD:
        guesses = ", ".join(f"{slug} ({score:.2f})" for slug, score in likeliest)
        return Verdict(OTHER, "", known, (), f"unsure what it is: perhaps {guesses}")
    secondary = tuple(slug for slug, score in likeliest if score >= SECOND and slug != answer.category)
    part = subcategory_of(answer.category, labels, title, description)
    return Verdict(answer.category, part, tuple(dict.fromkeys((*known, *secondary)))[:MOST], secondary, "")
