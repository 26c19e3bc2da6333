"""The records that pass between the parts of search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from events.filters import EventFilter


@dataclass(frozen=True, kw_only=True, slots=True)
class Chip:
    """One thing that was understood in a text, shown as a chip that can be taken off.

    `label` is shown ("Tonight", "Indiranagar", "under ₹1,500"); `said` are the words of the text that it was read
    from; `fields` the fields of the filter that it sets; `without` the text as it stands after the chip is taken off.
    """

    label: str
    said: str
    fields: tuple[str, ...]
    without: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Understood:
    """What a text asks for.

    `filter` holds what was understood and, in `q`, the words that are left (quoted phrases keep their quotes);
    `corrected` pairs a word as typed with the word that it was read as ("tonigt", "tonight").
    """

    filter: EventFilter
    chips: tuple[Chip, ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()


class Found(StrEnum):
    """By which way an event was found, the surest first."""

    WORDS = "words"  # every word and filter of the question holds
    SPELLING = "spelling"  # after a typing error was forgiven
    RELAXED = "relaxed"  # after a filter or a word was left out
    MEANING = "meaning"  # by likeness of meaning, where words do not meet


@dataclass(frozen=True, slots=True)
class Rank:
    """What an event was ranked by, as the database compares it, and the last event by start and id that was ranked with it."""

    score: float
    until: tuple[datetime, UUID]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The last event of a page, behind which the next one begins: `rank` of None says that it stands in order of time.

    `began` is when the first page was asked for: all pages rank as of then.
    """

    began: datetime
    is_sample: bool
    start_at: datetime
    event_id: UUID
    rank: Rank | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """One event of an answer. `parts` are the named terms of its score, for `explain=1`; `rank` leads to the next page."""

    event_id: UUID
    found: Found
    score: float
    parts: dict[str, float] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    rank: Rank | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Relaxation:
    """What was left out or read differently so that something could be answered.

    `sentence` is true and complete ("Nothing tonight; these are on this week."); `fields` are the fields that were left out.
    """

    sentence: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The events of one page, best first, and what is to be said about them.

    `total` counts the events that fulfil the whole question, at most `counting.MOST_COUNTED`; `is_capped` says that
    there are more. `exact` is the number of hits on this page before the first that is not found by WORDS.
    `degraded` says that a time limit ended the work and the answer may lack some events, `is_loading` that it lacks those
    that are alike in meaning, for a moment: the encoder is being loaded. `facets` are counted over the
    events that fulfil the whole question, where they were asked for; empty where that took too long.
    """

    hits: tuple[Hit, ...]
    total: int
    is_capped: bool = False
    exact: int = 0
    relaxed: tuple[Relaxation, ...] = ()
    degraded: bool = False
    is_loading: bool = False
    has_more: bool = False
    facets: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
