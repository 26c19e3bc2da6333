"""The questions of `benchmarks.search`, drawn from the world's own names and words: frequent and rare, with filters and without."""

import random
import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from events.filters import EventFilter, Ordering
from events.times import When

_WISHES = (
    "something calm for a rainy evening", "where to dance until dawn", "learn to make things by hand", "teach my daughter about stars",
    "laugh after a hard day", "meet people who write software", "a quiet place to listen", "sweat before breakfast",
    "old stories told aloud", "eat what farmers grow", "moving pictures from long ago", "calm my thoughts",
)  # fmt: skip
#: A name of another kind is not asked for alone.
_ASKED = ("title", "venue", "organizer", "performer", "area", "tag")


@dataclass(frozen=True, slots=True)
class Question:
    """What is typed, the filter that is given beside it, from which place on, and for recall the name that is meant."""

    typed: str
    given: EventFilter
    offset: int = 0
    name_id: int = 0


class World:
    """Draws questions from the names and words of the database."""

    def __init__(self, seed: int = 5) -> None:
        from events.models import SearchWord
        from places.models import City

        self._chance = random.Random(seed)
        self._cities = list(City.objects.order_by("slug").values_list("slug", "pk"))
        words = SearchWord.objects.filter(named__gt=0).order_by("-named", "word")
        self._frequent = [word for word in words.values_list("word", flat=True)[:60] if word.isascii()]
        self._rare = list(words.filter(named__lt=40).values_list("word", flat=True)[:5000])

    def exact(self, count: int) -> Iterator[Question]:
        """Words that stand in events, with a city, a category or days: six in ten frequent ones, two in ten on a later page."""
        for _ in range(count):
            turn = self._chance.random()
            typed = self._chance.choice(self._frequent) if turn < 0.6 else self._word_of_a_name()
            offset = self._chance.choice((20, 100, 400)) if self._chance.random() < 0.2 else 0
            yield Question(typed if turn < 0.9 else "", self._given(), offset)

    def unfiltered(self, count: int) -> Iterator[Question]:
        """Words alone, half of them frequent."""
        for _ in range(count):
            frequent = self._chance.random() < 0.5
            typed = self._chance.choice(self._frequent if frequent else self._rare)
            yield Question(typed, EventFilter(ordering=Ordering.RELEVANCE))

    def mistyped(self, count: int) -> Iterator[Question]:
        """A name of a city with one typing error in one of its words, and that city."""
        made = 0
        while made < count:
            kind = self._chance.choice(_ASKED)
            row = self._name(kind)
            words = row.folded.split() if row else []
            long = [place for place, word in enumerate(words) if len(word) >= 5 and word.isascii()]
            if not row or not long:
                continue
            place = self._chance.choice(long)
            words[place] = self._typing_error(words[place])
            yield Question(
                " ".join(words),
                EventFilter(city=row.city.slug, ordering=Ordering.RELEVANCE),
                name_id=row.pk,
            )
            made += 1

    def wishes(self, count: int) -> Iterator[Question]:
        """What no event says in these words, in a city, half of them on days."""
        for number in range(count):
            when = self._chance.choice((None, None, When.WEEK, When.WEEKEND))
            yield Question(
                _WISHES[number % len(_WISHES)], EventFilter(city=self._city(), when=when, ordering=Ordering.RELEVANCE)
            )  # fmt: skip

    def typing(self, count: int) -> Iterator[Question]:
        """The beginning of a name, from one letter on, a tenth mistyped; half in a city."""
        for _ in range(count):
            row = self._name(self._chance.choice(_ASKED))
            text = row.folded if row else "ja"
            begun = text[: self._chance.randrange(1, 9)].strip() or "a"
            if self._chance.random() < 0.1 and len(begun) > 4:
                begun = self._typing_error(begun)
            yield Question(begun, EventFilter(city=self._city() if self._chance.random() < 0.5 else ""))

    def facets(self, count: int) -> Iterator[Question]:
        """Filters whose values are counted: of a city, of all, with a word and without."""
        for _ in range(count):
            turn = self._chance.random()
            typed = self._chance.choice(self._frequent) if turn < 0.5 else ""
            given = self._given() if self._chance.random() < 0.8 else EventFilter(ordering=Ordering.RELEVANCE)
            yield Question(typed, given)

    def narrow(self, count: int) -> Iterator[Question]:
        """Few enough events that each can be looked at: a word in a city on days."""
        for _ in range(count):
            when = self._chance.choice((When.WEEK, When.WEEKEND, When.TOMORROW))
            given = EventFilter(city=self._city(), when=when, ordering=Ordering.RELEVANCE)
            typed = (
                self._chance.choice(self._frequent) if self._chance.random() < 0.7 else self._word_of_a_name()
            )
            yield Question(typed, given)

    def _given(self) -> EventFilter:
        from benchmarks import world

        turn, city = self._chance.random(), self._city()
        usual: dict[str, Any] = {"city": city, "ordering": Ordering.RELEVANCE}
        if turn < 0.35:
            return EventFilter(**usual)
        if turn < 0.6:
            return EventFilter(**usual, categories=(self._chance.choice(world.CATEGORIES),))
        if turn < 0.8:
            return EventFilter(**usual, when=self._chance.choice((When.WEEK, When.WEEKEND, When.TOMORROW)))
        if turn < 0.9:
            return EventFilter(**usual, price="free", when=When.WEEK)
        return EventFilter(
            categories=(self._chance.choice(world.CATEGORIES),), when=When.WEEK, ordering=Ordering.RELEVANCE
        )

    def _city(self) -> str:
        return str(self._chance.choice(self._cities)[0])

    def _name(self, kind: str) -> Any:
        from events.models import SearchName

        pk = self._chance.choice(self._cities)[1]
        rows = SearchName.objects.filter(city_id=pk, kind=kind).select_related("city").order_by("folded")
        begins = "".join(self._chance.choice(string.ascii_lowercase) for _ in range(2))
        return rows.filter(folded__gte=begins).first() or rows.first()

    def _word_of_a_name(self) -> str:
        row = self._name(self._chance.choice(_ASKED))
        return self._chance.choice(row.folded.split()) if row else "jazz"

    def _typing_error(self, word: str) -> str:
        """One letter left out, doubled, replaced or swapped with the next, not the first."""
        at, how = self._chance.randrange(1, len(word) - 1), self._chance.randrange(4)
        letter = self._chance.choice(string.ascii_lowercase)
        return {
            0: word[:at] + word[at + 1 :],
            1: word[:at] + word[at] + word[at:],
            2: word[:at] + letter + word[at + 1 :],
            3: word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        }[how]
