"""The rows of the events of one city in `benchmarks.many`, as lines for COPY, with what they add to the vocabulary."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from benchmarks import world
from benchmarks.many_texts import Description, Texts

#: Of a hundred events so many are shows that a city has seen before, with the same title.
REPEATED = 25
#: Rows of these tables are made for each event, with these columns; of events all columns.
BESIDE = {
    "events_eventsearch": ("event_id", "document", "terms_version", "folded_title", "text_key"),
    "events_eventcounters": ("event_id", "views", "registrations", "shares"),
    "events_listing": ("id", "event_id", "first_event_id", "origin_id", "external_id", "recurrence_id", "url", "facts",
                       "first_seen_at", "changed_at", "joined"),
    "events_eventvocabulary": ("event_id", "named", "described", "names", "over_at", "counted_at"),
}  # fmt: skip
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": " ", "\n": " "})
#: Texts of one document are so far apart.
_APART = 20
_Terms = tuple[list[tuple[str, tuple[int, ...]]], int]


@dataclass(frozen=True, slots=True)
class Town:
    """What the events of one city refer to: (id, name, row) of venues, (id, name, slug) of areas."""

    city: Any
    places: Sequence[Any]
    areas: Sequence[Any]


class Made:
    """Lines for COPY by table, and the counts of words and names of the cities that one process makes."""

    def __init__(self, texts: Texts, word_ids: dict[str, int], process: int, processes: int) -> None:
        from events.models import Event

        self.texts, self._words = texts, _Words(word_ids)
        self._process, self._processes = process, processes
        self.names: dict[tuple[str, str, str, str], list[Any]] = {}
        self.named: Counter[int] = Counter()
        self.described: Counter[int] = Counter()
        self.columns = tuple(str(field.column) for field in Event._meta.concrete_fields)
        self._usual = _usual(self.columns)
        self._place = {name: number for number, name in enumerate(self.columns)}
        self.lines: dict[str, list[str]] = {name: [] for name in ("events_event", *BESIDE)}

    def town(self, town: Town, numbers: Iterable[int], organizers: Sequence[Any], origins: Sequence[Any]) -> Iterable[int]:  # fmt: skip
        """Make the events of these numbers in one city; each number is yielded once its lines are there."""
        chance = random.Random(f"many {town.city.slug}")
        shows: list[tuple[str, str, str, str]] = []
        home = [
            name for place, name in enumerate(self.texts.performers) if place % 45 == numbers_of(town.city)
        ]
        for number in numbers:
            if shows and chance.random() * 100 < REPEATED:
                show = chance.choice(shows)
            else:
                language, performer = chance.choice(self.texts.languages), chance.choice(home)
                category = chance.choice(world.CATEGORIES)
                show = (self.texts.title(language, performer, chance), language, performer, category)
                shows.append(show)
            self._event(number, town, show, chance, organizers, origins)
            yield number

    def _event(self, number: int, town: Town, show: tuple[str, str, str, str], chance: random.Random,
               organizers: Sequence[Any], origins: Sequence[Any]) -> None:  # fmt: skip
        title, language, performer, category = show
        pk, place = event_id(number), chance.choice(town.places)
        area = chance.choice(town.areas) if town.areas and chance.random() < 0.7 else None
        organizer = organizers[chance.randrange(len(organizers))] if chance.random() < 0.8 else None
        told: Description = chance.choice(self.texts.descriptions[language, category])
        performers = [performer] if performer in title or chance.random() < 0.3 else []
        tags = list(dict.fromkeys(chance.choice(self.texts.tags) for _ in range(2)))
        when = _times(town.city.timezone, chance)
        is_public = number % 100 < 93
        arrived = str(world.NOW - timedelta(minutes=number % 400_000))
        price = ("free", "paid", "unknown")[chance.randrange(3)]
        self._line("events_event", {
            "id": pk, "slug": f"event-{number}", "title": title, "description": told.html, **when, "city_id": town.city.pk,
            "area_id": area.pk if area else None, "place_id": place.pk, "venue_name": place.name, "venue_city": town.city.name,
            "address": place.address, "country": town.city.country, "lat": place.lat, "lng": place.lng, "category_id": category,
            "tags": _array(tags), "performers": _array(performers), "language": language, "price_type": price,
            "price_min": chance.randrange(1, 40) * 50 if price == "paid" else None, "url": f"https://bench.example/{number}",
            "organizer_id": organizer[0] if organizer else None, "quality_score": f"{chance.uniform(0.6, 1):.3f}",
            "publication": "approved" if is_public else "archived" if number % 100 < 97 else "removed",
            "happening": {7: "cancelled", 8: "rescheduled"}.get(number % 50, "scheduled"), "timezone": town.city.timezone,
            "freshness": "missing" if number % 20 == 3 else "seen", "online": "yes" if number % 25 == 9 else "no",
            "first_seen_at": arrived, "created_at": arrived, "updated_at": arrived, "published_at": arrived,
        })  # fmt: skip
        self._search(pk, title, language, category, told, performers, place.name, organizer, tags, area, town)
        self.lines["events_eventcounters"].append(f"{pk}\t{number * 7919 % 5000}\t0\t0\n")
        self._listings(number, pk, origins, chance)
        if is_public:
            names = [("title", title, ""), ("venue", place.name, str(place.pk))]
            names += [("organizer", organizer[1], str(organizer[0]))] if organizer else []
            names += [("area", area.name, area.slug)] if area else []
            names += [("performer", name, "") for name in performers] + [("tag", tag, "") for tag in tags]
            self._count(pk, names, (town.city.name, category), told, town, when["end_at"] or when["over_at"])

    def _line(self, table: str, values: dict[str, Any]) -> None:
        row = self._usual.copy()
        for name, value in values.items():
            if name in self._place:
                row[self._place[name]] = "\\N" if value is None else str(value).translate(_ESCAPED)
        self.lines[table].append("\t".join(row) + "\n")

    def _search(self, pk: str, title: str, language: str, category: str, told: Description, performers: Sequence[str], venue: str,
                organizer: Any, tags: Sequence[str], area: Any, town: Town) -> None:  # fmt: skip
        """The document as `events.services.search_text` writes it, put together from the terms of its texts."""
        from events.models.search import category_key, city_key, performer_key, tag_key
        from pipeline.taxonomy import BY_SLUG
        from pipeline.text.folding import address_part
        from pipeline.text.terms import TERMS_VERSION

        names = [*performers, venue, organizer[1] if organizer else ""]
        labels = [*tags, category, BY_SLUG[category].name, "", area.name if area else "", town.city.name]
        said, key = _described(told)
        texts = [("A", _terms(title, language)), *(("B", _terms(name, language)) for name in names)]
        texts += [("C", _terms(label, language)) for label in labels]
        places: dict[str, str] = {}
        begins = 0
        for weight, (terms, length) in (*texts, ("D", said)):
            for term, of in terms:
                more = ",".join([f"{at + begins}{weight}" for at in of])
                places[term] = f"{places[term]},{more}" if term in places else more
            begins += length + _APART
        document = " ".join([f"'{term}':{at}" for term, at in places.items()])
        keys = [category_key(category), city_key(town.city.slug)]
        keys += [performer_key(address_part(name)) for name in performers]
        keys += dict.fromkeys(tag_key(address_part(tag)) for tag in tags)
        document += "".join(f" '{key}'" for key in keys)
        self.lines["events_eventsearch"].append(
            f"{pk}\t{document}\t{TERMS_VERSION}\t{_unaccented(title)}\t{key}\n"
        )

    def _listings(self, number: int, pk: str, origins: Sequence[Any], chance: random.Random) -> None:
        """One, or two to four of thirty events in a hundred."""
        for origin in origins[: chance.randint(2, 4) if chance.random() < 0.3 else 1]:
            key = f"01a10000-0002-7{origin.key.int % 4096:03x}-8000-{number:012x}"
            self.lines["events_listing"].append(
                f"{key}\t{pk}\t{pk}\t{origin.key}\tm{number}\t\thttps://bench.example/{number}\t{{}}\t{world.NOW}\t{world.NOW}\t{{}}\n"
            )

    def _count(self, pk: str, names: Sequence[tuple[str, str, str]], labels: Sequence[str], told: Description, town: Town, over: str) -> None:  # fmt: skip
        """What `events.services.vocabulary` counts for the event."""
        words = {word for text in (*(name for _, name, _ in names), *labels) for word in self._words.of(text)}
        described = [word for word in self._words.described(told) if word not in words][:60]
        self.named.update(words)
        self.described.update(described)
        ids = []
        for kind, name, target in names:
            row = self.names.get((kind, name, target, town.city.slug))
            if row is None:
                key = 1 + self._process + self._processes * len(self.names)
                row = self.names[kind, name, target, town.city.slug] = [
                    key,
                    kind,
                    name,
                    target,
                    town.city.pk,
                    0,
                ]
            row[5] += 1
            ids.append(row[0])
        self.lines["events_eventvocabulary"].append(
            f"{pk}\t{{{','.join(map(str, sorted(words)))}}}\t{{{','.join(map(str, sorted(described)))}}}"
            f"\t{{{','.join(map(str, sorted(set(ids))))}}}\t{over}\t{world.NOW}\n"
        )


class _Words:
    """The ids of the words of a text."""

    def __init__(self, ids: dict[str, int]) -> None:
        self._ids = ids
        self._told: dict[str, list[int]] = {}
        self._of: dict[str, tuple[int, ...]] = {}

    def of(self, text: str) -> tuple[int, ...]:
        found: list[int] = []
        for token in text.split(" "):
            ids = self._of.get(token)
            if ids is None:
                ids = self._of[token] = tuple(self._ids[word] for word in words_of(token))
            found += ids
        return tuple(found)

    def described(self, told: Description) -> list[int]:
        found = self._told.get(told.html)
        if found is None:
            from pipeline.text.markup import without_tags

            found = self._told[told.html] = list(
                dict.fromkeys(self._ids[word] for word in words_of(without_tags(told.html)))
            )
        return found


def words_of(text: str) -> list[str]:
    """The words of a text that the vocabulary counts."""
    from events.services.vocabulary.held import _words

    return list(_words([text]))


def event_id(number: int) -> str:
    """The id of made event `number`."""
    return f"01a10000-0000-7000-8000-{number:012x}"


@cache
def numbers_of(city: Any) -> int:
    """The place of a city among all, by which events and performers belong to it."""
    from places.models import City

    return list(City.objects.order_by("slug").values_list("pk", flat=True)).index(city.pk)


@lru_cache(maxsize=200_000)
def _terms(text: str, language: str) -> "_Terms":
    """The terms of a text with their positions from 1 on, and how many positions it has."""
    from pipeline.text.terms import make_terms

    made = make_terms([("A", [text])], language)
    return [(term, tuple(of)) for term, of in made.positions.items()], max(made.weights, default=0)


@cache
def _described(told: Description) -> "tuple[_Terms, str]":
    """The terms of a description with their positions, and its text key."""
    from pipeline.text.copies import text_key
    from pipeline.text.terms import make_terms
    from pipeline.text.words import plain

    terms = make_terms([("D", [plain(told.html)])], told.language)
    key = text_key(told.html)
    found = [(term, tuple(of)) for term, of in terms.positions.items()]
    return (found, 0), "\\N" if key is None else str(key)


def _unaccented(title: str) -> str:
    from pipeline.text.folding import unaccented

    return unaccented(title)


def _times(zone: str, chance: random.Random) -> dict[str, Any]:
    """The columns of time: an evening, or for three of a hundred days without hours."""
    day, turn = chance.randrange(1, world.DAYS + 1), chance.random()
    text, offset = _day(zone, day)
    if turn < 0.03:
        span = chance.randrange(5, 40) if turn < 0.015 else 0
        (last, _), (after, then) = _day(zone, day + span), _day(zone, day + span + 1)
        return {"start_at": f"{text} 00:00:00{offset}", "end_at": None, "start_date": text, "end_date": last, "all_day": "t",
                "over_at": f"{after} 00:00:00{then}"}  # fmt: skip
    hour, minute = chance.randrange(8, 22), chance.choice(("00", "30"))
    return {
        "start_at": f"{text} {hour:02}:{minute}:00{offset}",
        "end_at": f"{text} {hour + 2:02}:{minute}:00{offset}",
        "start_date": text,
        "end_date": text,
    }


@cache
def _day(zone: str, day: int) -> tuple[str, str]:
    """A day from the first of the world, and the offset of its noon there."""
    noon = (world.NOW + timedelta(days=day)).replace(hour=12, tzinfo=ZoneInfo(zone))
    return noon.date().isoformat(), noon.strftime("%z")


def _array(values: Sequence[str]) -> str:
    return "{" + ",".join(f'"{value}"' for value in values) + "}"


def _usual(columns: Sequence[str]) -> list[str]:
    """The default of each column of an event."""
    from events.models import Event

    event, usual = Event(id=UUID(int=0)), []
    fields = {field.column: field for field in Event._meta.concrete_fields}
    for name in columns:
        value = getattr(event, fields[name].attname)
        if isinstance(value, bool):
            usual.append("t" if value else "f")
        elif value in ([], {}) and value is not None:
            is_array = fields[name].get_internal_type() == "ArrayField"
            usual.append("{}" if is_array or value == {} else "[]")
        else:
            usual.append("\\N" if value is None else str(value))
    return usual
