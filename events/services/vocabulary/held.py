"""The words and names that one event holds."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from events.enums import NameKind
from events.models import Event
from pipeline.text.folding import address_part, fold_name
from pipeline.text.markup import without_tags
from pipeline.text.terms import pieces

#: A longer word is an address or a mistake, a shorter one is never corrected.
_LONGEST, _SHORTEST = 40, 3
#: So many words of a description count, from its beginning, and so many of its letters are read.
_MOST_DESCRIBED, _MOST_LETTERS = 60, 3000
#: At most so many performers and tags of one event count.
_MOST_NAMES = 40


class Name(NamedTuple):
    """A name as a row of SearchName: kind, folded form, city's id, what it names, and the name as it is written."""

    kind: str
    folded: str
    city_id: UUID | None
    target: str
    written: str

    @property
    def key(self) -> tuple[str, str, UUID | None, str]:
        """What tells it from other names."""
        return self.kind, self.folded, self.city_id, self.target


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What an event holds: words of its names, further words of its description, names by their key."""

    named: frozenset[str]
    described: frozenset[str]
    names: tuple[Name, ...]
    is_sample: bool
    over_at: datetime


def with_words(events: QuerySet[Event]) -> QuerySet[Event]:
    """`events` with what `held` reads, in one query."""
    return (
        events.select_related("organizer", "area")
        .only(
            "title", "venue_name", "venue_city", "description", "tags", "performers", "category", "subcategory", "city", "place",
            "start_at", "start_date", "end_at", "end_date", "end_predicted_at", "timezone", "all_day", "time_known", "is_sample",
            "organizer__name", "area__name", "area__slug",
        )
    )  # fmt: skip


def held(event: Event, hidden: Collection[str] = ()) -> Held:
    """The words and names of `event`, each once; without performers who are `hidden` (`HiddenPerformer.part`)."""
    names = {name.key: name for name in _names(event, hidden) if name.folded}
    said = [name.written for name in names.values()]
    said += [event.venue_city, str(event.category_id), event.subcategory]
    named = frozenset(_words(said))
    text = without_tags(event.description[:_MOST_LETTERS])
    described = [word for word in dict.fromkeys(_words([text])) if word not in named]
    return Held(
        named=named,
        described=frozenset(described[:_MOST_DESCRIBED]),
        names=tuple(names.values()),
        is_sample=event.is_sample,
        over_at=event.over_at,
    )


def _names(event: Event, hidden: Collection[str]) -> Iterable[Name]:
    city = event.city_id
    yield _name(NameKind.TITLE, event.title, city)
    yield _name(NameKind.VENUE, event.venue_name, city, str(event.place_id or ""))
    if event.organizer is not None:
        yield _name(NameKind.ORGANIZER, event.organizer.name, city, str(event.organizer_id))
    if event.area is not None:
        yield _name(NameKind.AREA, event.area.name, city, event.area.slug)
    for performer in event.performers[:_MOST_NAMES]:
        if not hidden or address_part(performer) not in hidden:
            yield _name(NameKind.PERFORMER, performer, city)
    for tag in event.tags[:_MOST_NAMES]:
        yield _name(NameKind.TAG, tag, city)


def _name(kind: NameKind, text: str, city: UUID | None, target: str = "") -> Name:
    return Name(kind.value, fold_name(text)[:200], city, target, text[:300])


def _words(texts: Iterable[str]) -> Iterable[str]:
    """Their words as search splits them; letters of a script without spaces are no words."""
    for text in texts:
        for piece in pieces(text):
            spaced = (part.text for part in piece.parts if not part.is_unspaced)
            for word in (*spaced, piece.joined):
                if _SHORTEST <= len(word) <= _LONGEST and not word.isdecimal():
                    yield word
