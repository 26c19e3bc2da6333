"""Reads a question: quoted words and known names stay words, the rest is asked of each reader in turn."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from rapidfuzz.distance import OSA

from events.enums import NameKind
from events.filters import EventFilter
from events.search.records import Chip, Understood
from events.search.understanding import readers
from events.search.understanding.claims import Question
from events.search.understanding.vocabulary import Named, StoredVocabulary, Vocabulary
from pipeline import patterns
from pipeline.dates.asked import MAX_TEXT, Token, words_of_time
from pipeline.dates.event_times import zone_or_utc
from pipeline.dates.years import month_first_of
from pipeline.geography.gazetteer import Gazetteer
from pipeline.money.asked import words_of_price
from pipeline.text.folding import fold_name
from pipeline.text.small_words import is_small
from places.queries import gazetteer as stored_gazetteer


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """A gazetteer as the key of a cache: equal where it is the same object, since its rows take long to compare."""

    gazetteer: Gazetteer

    def __hash__(self) -> int:
        return id(self.gazetteer)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Places) and other.gazetteer is self.gazetteer


_QUOTED = patterns.compile(r'-?"[^"]*"?|(?<!\S)-\S+', longest=MAX_TEXT)
_ASKING_TEXT = """
events event things thing stuff something anything happening happenings do what whats on going find show me near nearby where can
good best cool fun s veranstaltungen veranstaltung evenements evenement eventos evento eventi evenementen activities activity plans
ticket tickets i m want looking visiting visit see go there any some please ideas recommend recommendations suggestions nice great interesting
"""
#: Words that ask for events as such and name none, folded.
_ASKING = frozenset(_ASKING_TEXT.split())
#: Days that are counted from now: a title that holds one is not meant by a question that does.
_RELATIVE = frozenset(("tonight", "today", "tomorrow", "weekend", "week", "free"))
_SHORTEST_CORRECTED = 4
_LONG_WORD = 8


def understand(
    text: str, *, given: EventFilter, now: datetime, vocabulary: Vocabulary | None = None
) -> Understood:
    """What `text` asks for, beside the filter that was `given` by other fields, which is never overruled.

    `now` is aware; days are read on the clock of the given city, of the city in the text, else of UTC. More than
    `MAX_TEXT` letters are not read. Two queries at most.
    """
    text = " ".join(text[:MAX_TEXT].split())
    words = vocabulary or StoredVocabulary()
    gazetteer = stored_gazetteer()
    text, corrected = _corrected(text, words, gazetteer)
    question = Question.of(text, [found.span() for found in _QUOTED.finditer(text)])
    names = words.names([phrase for _, _, phrase in readers.phrases(question)])
    question.kept += _names_kept(question, names)
    _read(question, names, given, now, gazetteer)
    wanted = _filter(question, given)
    chips = tuple(
        Chip(
            label=claim.label,
            said=text[claim.start : claim.stop],
            fields=tuple(claim.conditions),
            without=question.without(claim),
        )
        for claim in sorted(question.claims, key=lambda one: one.start)
    )
    return Understood(filter=wanted, chips=chips, corrected=corrected)


def _read(
    question: Question, names: list[Named], given: EventFilter, now: datetime, gazetteer: Gazetteer
) -> None:
    city = gazetteer.city(given.city) if given.city else None
    if not given.city:
        city = readers.read_city(question, gazetteer)
    elif city:
        question.idle += readers.mentions_of(question, city)
    if not given.area and not given.venue:
        area = readers.read_area(question, gazetteer, city=city.slug if city else "")
        city = city or (gazetteer.city(area.city) if area else None)
    if not given.venue:
        readers.read_venue(question, names, city=city.slug if city else "")
        question.kept += readers.venues_left(question, names)
    local = now.astimezone(zone_or_utc(city.timezone if city else ""))
    if not (given.when or given.day or given.from_day or given.start_after or given.start_before):
        month_first = month_first_of(country=city.country) if city else None
        readers.read_times(question, today=local.date(), month_first=month_first)
    if not given.price and given.price_max is None:
        readers.read_price(question, country=city.country if city else "")
    if given.guest_age is None and given.least_age is None:
        readers.read_ages(question)
    if not given.categories:
        readers.read_category(question)


def _names_kept(question: Question, names: list[Named]) -> list[tuple[int, int]]:
    """The characters of known titles and performers of two words or more: "Sunday Brunch Club" is no day."""
    held = {name.folded for name in names if name.kind not in (NameKind.AREA, NameKind.TAG)}
    kept: list[tuple[int, int]] = []
    for start, stop, phrase in readers.phrases(question):
        parts = phrase.split()
        if len(parts) > 1 and phrase in held and not _RELATIVE.intersection(parts[-1:]):
            kept.append((start, stop))
    # a venue with a page is claimed by the reader of venues
    venues = {name.folded for name in names if name.kind is NameKind.VENUE and name.target}
    return [(start, stop) for start, stop in kept if fold_name(question.text[start:stop]) not in venues]


def _filter(question: Question, given: EventFilter) -> EventFilter:
    conditions: dict[str, Any] = {}
    for claim in question.claims:
        conditions |= claim.conditions
    unset = {
        name.name
        for name in fields(EventFilter)
        if getattr(given, name.name) == getattr(EventFilter(), name.name)
    }
    return replace(
        given, q=_searched(question), **{name: value for name, value in conditions.items() if name in unset}
    )


def _searched(question: Question) -> str:
    """The words that are left, without those that ask for events as such."""
    quoted = any(question.text[start:stop].startswith(('"', "-")) for start, stop in question.kept)
    left = [word for word in question.left() if not _is_idle(question, word)]
    if not quoted and all(is_small(word.word) for word in left):
        return ""
    idle = [word for word in question.left() if _is_idle(question, word)]
    return _cut(question, idle) if len(idle) < len(question.left()) else question.rest()


def _cut(question: Question, words: list[Token]) -> str:
    spans = [(word.start, word.stop) for word in words if question.is_free(word.start, word.stop)]
    spans += [(claim.start, claim.stop) for claim in question.claims]
    return question.cut(spans)


def _is_idle(question: Question, word: Token) -> bool:
    """Whether a word asks for nothing that no filter holds: it asks for events as such, or names the given city again."""
    if word.word == "s":  # of "what's", not of "women's"
        before = next((one.word for one in reversed(question.words) if one.stop < word.stop), "")
        return before in _ASKING
    return word.word in _ASKING or any(
        start <= word.start and word.stop <= stop for start, stop in question.idle
    )


def _corrected(text: str, words: Vocabulary, gazetteer: Gazetteer) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The text with mistyped filter words put right, and what was: only words that no event holds."""
    question = Question.of(text, [found.span() for found in _QUOTED.finditer(text)])
    meant = {}
    for word in question.words:
        if len(word.word) >= _SHORTEST_CORRECTED and question.is_free(word.start, word.stop):
            right = _nearest(word.word, gazetteer)
            if right:
                meant[word] = right
    held = words.known([word.word for word in meant])
    found = {word: right for word, right in meant.items() if word.word not in held}
    for word, right in sorted(found.items(), key=lambda pair: -pair[0].start):
        text = text[: word.start] + right + text[word.stop :]
    return text, tuple((word.word, right) for word, right in found.items())


def _nearest(word: str, gazetteer: Gazetteer) -> str:
    """The one filter word that is one typing error away (two from eight letters on); '' for a right word or none."""
    if word in _filter_words() or word in _ASKING or is_small(word) or readers.category_named(word):
        return ""
    places = _place_words(_Places(gazetteer))
    if word in places:
        return ""
    most = 1 if len(word) < _LONG_WORD else 2
    near: dict[int, set[str]] = {}
    for right in (*_filter_words(), *places):
        if abs(len(right) - len(word)) <= most and right[0] == word[0]:
            errors = int(OSA.distance(word, right, score_cutoff=most))
            if errors <= most:
                near.setdefault(errors, set()).add(right)
    best = near[min(near)] if near else set()
    return next(iter(best)) if len(best) == 1 else ""


@cache
def _filter_words() -> frozenset[str]:
    return words_of_time() | words_of_price() | readers.words_of_categories()


@lru_cache(maxsize=1)
def _place_words(places: "_Places") -> frozenset[str]:
    """Names of cities and areas of one word."""
    gazetteer = places.gazetteer
    names = [*(city.name for city in gazetteer.cities), *(area.name for area in gazetteer.areas)]
    names += [alias for city in gazetteer.cities for alias in city.aliases]
    return frozenset(
        name for name in map(fold_name, names) if name.isalpha() and len(name) > _SHORTEST_CORRECTED
    )
