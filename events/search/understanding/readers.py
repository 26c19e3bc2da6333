"""Each reader finds one kind of thing in a question and claims its words."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from events.enums import NameKind
from events.search.understanding.claims import Question
from events.search.understanding.vocabulary import Named
from events.times import When
from events.words import capitalized, category_name, date_range_words, money, span_words, when_words
from pipeline import patterns
from pipeline.dates.asked import AskedTime, Token, asked_times
from pipeline.geography.gazetteer import AreaFact, CityFact, Gazetteer
from pipeline.money.asked import asked_price
from pipeline.money.currencies import settled
from pipeline.taxonomy import BY_SLUG, OTHER, canonical
from pipeline.text.folding import fold_name
from pipeline.text.spellings import spelling

#: The most words of a name.
_LONGEST_NAME = 5
_SHORTEST_NAME = 4
_INITIALS = 3
_PART_LABELS = {
    (5, 12): gettext_noop("morning"),
    (12, 17): gettext_noop("afternoon"),
    (17, 5): gettext_noop("evening and night"),
    (22, 5): gettext_noop("late night"),
}
_AGE = patterns.compile(
    r"(?<!\w)(?:(?P<least>1[68]|21)\s?\+|adults only|(?:age|aged|ages)\s(?P<age>\d{1,2})(?!\d)|(?P<old>\d{1,2})[- ]years?[- ]olds?)",
    patterns.IGNORECASE,
    longest=200,
)
_ADULT = 18
_WHOLE_TEXT = """
concert concerts gig gigs live_music musica musique musik konzert konzerte party parties clubbing nightclub theatre theater teatro
performing_arts standup stand_up comedia movie movies films cinema cine kino exhibition exhibitions arts kunst arte literature markets
fairs festivals technology talks lecture lectures workshops class classes course courses taller kurs health sports fitness deportes
outdoor outdoors community meetup meetups games museums nightlife
"""
#: Names of whole categories. A narrower one ("yoga", "quiz") stays a word, which finds it better than its category.
_WHOLE = frozenset(_WHOLE_TEXT.split()) | frozenset(BY_SLUG)
#: What children are called, beside the names of the category.
_CHILDREN = frozenset(
    (
        "kids",
        "kid",
        "children",
        "child",
        "toddlers",
        "toddler",
        "families",
        "kinder",
        "enfants",
        "ninos",
        "bambini",
        "criancas",
        "kinderen",
    )
)


def read_times(question: Question, *, today: date, month_first: bool | None) -> None:
    """Days and hours."""
    for one in asked_times(_masked(question), today=today, month_first=month_first):
        question.claim(one.start, one.stop, _time_label(one, today), **_time_conditions(one))


def _time_conditions(one: AskedTime) -> dict[str, object]:
    found: dict[str, object] = {}
    if one.when:
        found["when"] = When(one.when)
    elif one.first and one.first == one.last:
        found["day"] = one.first
    elif one.first:
        found |= {"from_day": one.first, "to_day": one.last}
    if one.from_hour is not None:
        found |= {"from_hour": one.from_hour, "to_hour": one.to_hour}
    return found


def _time_label(one: AskedTime, today: date) -> str:
    days = capitalized(when_words(one.when)) if one.when else ""
    if one.first and one.last:
        days = date_range_words(one.first, one.last, today=today)
    hours = _hour_label(one.from_hour, one.to_hour) if one.from_hour and one.to_hour else ""
    return ", ".join(part for part in (days, hours) if part)


def _hour_label(begin: time, end: time) -> str:
    part = _PART_LABELS.get((begin.hour, end.hour), "")
    return gettext(part) if part else span_words(f"{begin:%H:%M}", f"{end:%H:%M}")


def read_price(question: Question, *, country: str) -> None:
    """A price: free, or at most an amount in the currency of the place."""
    price = asked_price(_masked(question))
    if price is None:
        return
    if price.is_free:
        question.claim(price.start, price.stop, gettext("Free"), price="free")
    elif price.most is not None:
        code = settled(price.sign, country) if price.sign or country else ""
        # a bare number is in the currency of each event
        bound = {"currency": code} if price.sign and code else {}
        label = capitalized(gettext("up to %(amount)s") % {"amount": money(price.most, code)})
        question.claim(price.start, price.stop, label, price_max=price.most, **bound)


def read_ages(question: Question) -> None:
    """ "18+", "5 year olds", "age 7"."""
    for found in _AGE.finditer(_masked(question)):
        if age := found["age"] or found["old"]:
            label = gettext("Open to age %(age)s") % {"age": int(age)}
            question.claim(found.start(), found.end(), label, guest_age=int(age))
        else:
            least = int(found["least"] or _ADULT)
            label = gettext("%(age)s and over") % {"age": least}
            question.claim(found.start(), found.end(), label, least_age=least)


def read_city(question: Question, gazetteer: Gazetteer) -> CityFact | None:
    """A city by its name or another one of it. None where the text names none, or several."""
    for start, stop, phrase in phrases(question):
        found = gazetteer.by_name(phrase)
        if len(found) == 1 and question.claim(start, stop, found[0].name, city=found[0].slug):
            return found[0]
    return None


def mentions_of(question: Question, city: CityFact) -> list[tuple[int, int]]:
    """The characters that name a city by its name, another spelling of it or its initials; "Brooklyn" says more than New York."""
    name = fold_name(city.name)
    others = [fold_name(alias) for alias in city.aliases]
    names = {
        name,
        *(alias for alias in others if len(alias) <= _INITIALS or spelling(alias) == spelling(name)),
    }
    return [(start, stop) for start, stop, phrase in phrases(question) if phrase in names]


def read_area(question: Question, gazetteer: Gazetteer, *, city: str) -> AreaFact | None:
    """An area of the city, or of any where none is known. Without a city it sets that too."""
    by_name: dict[str, list[AreaFact]] = {}
    for area in gazetteer.areas:
        if not city or area.city == city:
            by_name.setdefault(fold_name(area.name), []).append(area)
    for start, stop, phrase in phrases(question):
        found = by_name.get(phrase, [])
        conditions = (
            {"area": found[0].slug, **({} if city else {"city": found[0].city})} if len(found) == 1 else {}
        )
        if conditions and question.claim(start, stop, found[0].name, **conditions):
            return found[0]
    return None


def read_venue(question: Question, names: Iterable[Named], *, city: str) -> None:
    """A venue by its whole name: of several words, or behind "at"."""
    venues: dict[str, set[tuple[str, str]]] = {}
    for name in names:
        if name.kind is NameKind.VENUE and name.target and (not city or name.city in ("", city)):
            venues.setdefault(name.folded, set()).add((name.target, name.name))
    for start, stop, phrase in phrases(question):
        found = venues.get(phrase, set())
        if len(found) == 1 and (" " in phrase or _behind_at(question, start)):
            target, written = next(iter(found))
            if question.claim(start, stop, written, venue=UUID(target)):
                return


def venues_left(question: Question, names: Iterable[Named]) -> list[tuple[int, int]]:
    """The characters of venues' names of several words that no filter holds, since several venues bear them: they stay words."""
    venues = {name.folded for name in names if name.kind is NameKind.VENUE}
    return [(start, stop) for start, stop, phrase in phrases(question) if " " in phrase and phrase in venues]


def _behind_at(question: Question, start: int) -> bool:
    before = [word.word for word in question.words if word.stop <= start]
    return bool(before) and before[-1] in ("at", "@", "im", "bei", "au", "chez", "en")


def read_category(question: Question) -> None:
    """A category by its name or another one of it, singular or plural.

    A second category stays a word.
    """
    for start, stop, phrase in phrases(question):
        slug = category_named(phrase)
        if slug and question.claim(
            start, stop, category_name(slug), categories=(slug,), category_words=phrase
        ):
            return


def category_named(phrase: str) -> str:
    """The slug of the category that a folded phrase names as a whole, or ''."""
    if phrase in _CHILDREN:
        return "family"
    forms = [
        phrase,
        f"{phrase}s",
        *(phrase.removesuffix(ending) for ending in ("s", "es") if phrase.endswith(ending)),
    ]
    for form in forms:
        slug = canonical(form) if form.replace(" ", "_") in _WHOLE else ""
        if slug and slug != OTHER:
            return slug
    return ""


def words_of_categories() -> frozenset[str]:
    """The single words that name a category, for the correction of typing errors."""
    return frozenset(word for word in _WHOLE | _CHILDREN if word.isalpha() and len(word) > _SHORTEST_NAME)


def phrases(question: Question) -> Iterator[tuple[int, int, str]]:
    """The runs of free words, the longest first: characters and folded text."""
    words = [word for word in question.words if question.is_free(word.start, word.stop)]
    for length in range(min(_LONGEST_NAME, len(words)), 0, -1):
        for at in range(len(words) - length + 1):
            run = words[at : at + length]
            if _stands_together(question.words, run):
                yield run[0].start, run[-1].stop, fold_name(question.text[run[0].start : run[-1].stop])


def _stands_together(words: Sequence[Token], run: Sequence[Token]) -> bool:
    first = words.index(run[0])
    return list(words[first : first + len(run)]) == list(run)


def _masked(question: Question) -> str:
    """The text with the characters blanked that are claimed or must stay words."""
    text = question.text
    for start, stop in [*((claim.start, claim.stop) for claim in question.claims), *question.kept]:
        text = text[:start] + "." * (stop - start) + text[stop:]
    return text
