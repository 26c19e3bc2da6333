"""Suggestions while typing: names of the vocabulary, cities and areas of the gazetteer, categories.

Events are not searched. What only samples bear comes last.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from itertools import chain, zip_longest
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils.text import slugify

from events.addresses import event_path, organizer_path, performer_path, tag_path, venue_path
from events.enums import NameKind
from events.queries.vocabulary import nearest
from outbox.replica import cursor_of_readers
from pipeline.taxonomy import CATEGORIES, OTHER
from pipeline.text.folding import fold_name
from pipeline.text.typing_errors import errors_allowed
from places.queries import gazetteer

#: The kinds in the order in which they take turns.
KINDS = ("city", "category", "area", "event", "place", "performer", "organizer", "tag")
#: More words are not read.
_MOST_WORDS = 8
#: So many names are compared by their counts, of each branch: "m" begins more than can be sorted while someone types.
_COMPARED = 300
#: A shorter text is sought at the beginning of names of the asked city, and among all words where few begin so.
_LONG = 3
_KIND_OF = {
    NameKind.TITLE: "event",
    NameKind.VENUE: "place",
    NameKind.ORGANIZER: "organizer",
    NameKind.PERFORMER: "performer",
    NameKind.AREA: "area",
    NameKind.TAG: "tag",
}
#: So many more are looked at, since the events of a title may be over.
_SPARE = 4
_FEW = "(SELECT count(*) FROM {}) < %(limit)s"
_BRANCH = "(SELECT * FROM events_searchname WHERE {where} LIMIT {compared})"
_NAMES = """
WITH asked AS (SELECT id FROM places_city WHERE slug = %(city)s),
here AS MATERIALIZED ({here}),
exact AS MATERIALIZED (SELECT * FROM here{elsewhere}),
also AS ({also})
SELECT kind, name, slug, target, id, rank, real = 0 FROM (
    SELECT found.*, c.slug,
           row_number() OVER (PARTITION BY kind ORDER BY real = 0, rank, target = '', count DESC, folded, found.id) AS place FROM (
        SELECT *, (city_id IS DISTINCT FROM (SELECT id FROM asked))::int AS rank FROM exact
        UNION ALL SELECT *, 2 + (city_id IS DISTINCT FROM (SELECT id FROM asked))::int FROM also
    ) AS found LEFT JOIN places_city c ON c.id = found.city_id
) AS placed WHERE place <= %(limit)s + 4 ORDER BY place, rank
"""


_NEXT = """
SELECT asked.title, e.id, e.slug FROM unnest(%(titles)s::bigint[]) AS asked (title), LATERAL (
    SELECT e.id, e.slug FROM events_eventvocabulary v JOIN events_event e ON e.id = v.event_id
    WHERE v.names @> ARRAY[asked.title] AND v.over_at > %(now)s AND e.publication = 'approved'
    ORDER BY e.is_sample, e.start_at, e.id LIMIT 1
) AS e
"""


@lru_cache(maxsize=20_000)
def _folded(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of one city, area or category folded, a space before each word: all of them together, then each one.

    The same names are asked with each letter.
    """
    folded = [" " + " ".join(fold_name(name).split()) for name in names]
    return "".join(folded), *folded


@dataclass(frozen=True)
class _Typed:
    """The folded words that were typed, and for mistyped ones what they may mean."""

    words: tuple[str, ...]
    meant: Mapping[str, tuple[str, ...]]

    @cached_property
    def _begun(self) -> tuple[str, ...]:
        return tuple(f" {word}" for word in self.words)

    @cached_property
    def _ways(self) -> tuple[tuple[str, ...], ...]:
        """Each word and what it may mean, where any was mistyped."""
        return tuple(
            tuple(f" {way}" for way in (word, *self.meant.get(word, ()))) for word in self.words if self.meant
        )

    def rank(self, names: tuple[str, ...]) -> int | None:
        """0 where each word begins a word of one name, 2 where a correction does, None where neither.

        Most names have not even the first word, which one look at all of them together tells.
        """
        folded = _folded(names)
        whole = folded[0]
        if self._begun[0] in whole and any(
            all(begun in name for begun in self._begun) for name in folded[1:]
        ):
            return 0
        if self._ways and any(way in whole for way in self._ways[0]):
            for name in folded[1:]:
                if all(any(way in name for way in ways) for ways in self._ways):
                    return 2
        return None

    def exact(self) -> str:
        return " & ".join(f"'{word}':*" for word in self.words)

    def corrected(self) -> str:
        options = [
            " | ".join([f"'{word}':*", *(f"'{other}'" for other in self.meant.get(word, ()))])
            for word in self.words
        ]
        return " & ".join(f"({option})" for option in options)


@dataclass(frozen=True, slots=True)
class _Found:
    """A suggestion. `rank`: 0 and 1 begin with the words, in the asked city and elsewhere; 2 and 3 so after correction.

    `is_sample` where only samples bear the name. `title` is the id of a title in the vocabulary, whose next event
    is shown.
    """

    rank: int
    kind: str
    text: str
    key: str
    url: str
    city: str = ""
    is_sample: bool = False
    title: int | None = None

    def resolved(self, events: Mapping[int, tuple[str, str]]) -> "_Found | None":
        """The same, of a title with its next event; None where none is to come."""
        if self.title is None:
            return self
        return (
            replace(self, key=events[self.title][0], url=events[self.title][1])
            if self.title in events
            else None
        )

    @property
    def turn(self) -> int:
        """Real names before those of samples, and in both what begins with the words before what was corrected."""
        return 2 * self.is_sample + self.rank // 2

    def row(self) -> dict[str, str]:
        return {"type": self.kind, "text": self.text, "id": self.key, "city": self.city, "url": self.url}


def suggest(words: str, *, city: str, limit: int, now: datetime) -> list[dict[str, str]]:
    """At most `limit` suggestions `{"type", "text", "id", "city", "url"}` of `KINDS`, from one letter on.

    Each word typed begins a word of the name, one or two letters the name itself where enough names do. A word of four
    letters or more may have a typing error where fewer than `limit` names begin so. In each kind the names of the asked
    city (a slug, or '') come first, then those with most upcoming events; the kinds take turns. Three queries at most.
    """
    split = tuple(dict.fromkeys(fold_name(words).split()))[:_MOST_WORDS]
    if not split:
        return []
    typed = _Typed(split, nearest(split) if any(map(errors_allowed, split)) else {})
    rows = _names(typed, city, limit)
    mixed = _mixed([*_of_the_gazetteer(typed, city), *_named(rows, city)])[: limit + _SPARE]
    events = _events([one.title for one in mixed if one.title is not None], now)
    return [one.row() for one in (found.resolved(events) for found in mixed) if one][:limit]


def _names(typed: _Typed, city: str, limit: int) -> list[tuple[Any, ...]]:
    """Rows (kind, name, city's slug, target, id, rank, whether only samples bear it), the best of each kind first."""
    here, elsewhere = (
        "city_id = (SELECT id FROM asked) AND ",
        "city_id IS DISTINCT FROM (SELECT id FROM asked) AND ",
    )
    others = ""
    if max(map(len, typed.words)) >= _LONG:
        words = "words @@ %(exact)s::tsquery"
        first = [_branch(f"{here if city else ''}{words}")]
        if city:  # a frequent word is gathered from the whole world, and has enough names here
            others = " UNION ALL " + _branch(f"{elsewhere}{words} AND {_FEW.format('here')}")
        less = "words @@ %(corrected)s::tsquery" if typed.meant else "false"
    else:
        ways = ("kind <> 'title'", "kind = 'title'")
        first = [_branch(f"{here if city else ''}{way} AND folded LIKE %(begun)s") for way in ways]
        less = "words @@ %(exact)s::tsquery AND NOT folded LIKE %(begun)s"
    also = _branch(f"{less} AND {_FEW.format('exact')}")
    sql = _NAMES.format(here=" UNION ALL ".join(first), elsewhere=others, also=also)
    with cursor_of_readers() as cursor:
        cursor.execute(
            sql,
            {
                "city": city,
                "limit": limit,
                "exact": typed.exact(),
                "begun": " ".join(typed.words) + "%",
                "corrected": typed.corrected(),
            },
        )
        return list(cursor.fetchall())


def _branch(where: str) -> str:
    return _BRANCH.format(where=where, compared=_COMPARED)


def _named(rows: Sequence[tuple[Any, ...]], city: str) -> Iterable[_Found]:
    for kind, name, slug, target, name_id, rank, is_sample in rows:
        shown, home = _KIND_OF[kind], slug or ""
        key, url, title = target, "", None
        if kind == NameKind.TITLE:
            title = name_id
        elif kind == NameKind.AREA:
            url = f"/{home}/{target}/"
        elif kind == NameKind.VENUE and target:
            url = venue_path(UUID(target), slugify(name) or "venue")
        elif kind == NameKind.ORGANIZER:
            url = organizer_path(UUID(target), name)
        elif kind == NameKind.PERFORMER:
            url = performer_path(name)
        elif kind == NameKind.TAG and not city:
            url = tag_path(name)
        url = url or ("" if title is not None else _search(q=name, city=city))
        home = "" if kind == NameKind.TAG else home
        yield _Found(rank, shown, name, key, url, home, is_sample, title)


def _events(titles: Collection[int], now: datetime) -> dict[int, tuple[str, str]]:
    """Id and address of the next event of each title, which is an id of the vocabulary and has a city. One query."""
    if not titles:
        return {}
    with cursor_of_readers() as cursor:
        cursor.execute(_NEXT, {"titles": list(titles), "now": now})
        return {title: (str(pk), event_path(pk, slug)) for title, pk, slug in cursor.fetchall()}


def _of_the_gazetteer(typed: _Typed, city: str) -> Iterable[_Found]:
    """Cities by their names and other names, categories, and areas, those of the asked city first."""
    facts = gazetteer()
    for town in facts.cities:
        if (rank := typed.rank((town.name, *town.aliases))) is not None:
            rank += bool(city and town.slug != city)
            yield _Found(rank, "city", town.name, town.slug, f"/{town.slug}/", town.slug)
    is_long = max(map(len, typed.words)) >= _LONG
    for held in CATEGORIES:
        names = (
            (held.name, *held.aliases) if is_long else (held.name,)
        )  # "m" means music, not film by "movies"
        if held.slug != OTHER and (rank := typed.rank(names)) is not None:
            url = f"/{city}/{held.slug}/" if city else _search(category=held.slug)
            yield _Found(rank, "category", held.name, held.slug, url, city)
    for area in facts.areas:
        if (rank := typed.rank((area.name,))) is not None:
            rank += area.city != city
            yield _Found(rank, "area", area.name, area.slug, f"/{area.city}/{area.slug}/", area.city)


def _mixed(found: Iterable[_Found]) -> list[_Found]:
    """The kinds in turn, so that none hides another, turn by turn (`_Found.turn`). No tag that another kind names."""
    turns: dict[int, dict[str, list[_Found]]] = {}
    seen: set[tuple[str, str, str]] = set()
    named: set[str] = set()
    for one in sorted(found, key=lambda one: (one.kind == "tag", one.turn, one.rank)):
        text = fold_name(one.text)
        key = one.kind, text, one.city if one.kind in ("area", "place") else ""
        if key not in seen and not (one.kind == "tag" and text in named):
            seen.add(key)
            named.add(text)
            turns.setdefault(one.turn, {}).setdefault(one.kind, []).append(one)
    mixed: list[_Found] = []
    for _, kinds in sorted(turns.items()):
        lists = [kinds.get(kind, []) for kind in KINDS]
        mixed += [one for one in chain.from_iterable(zip_longest(*lists)) if one is not None]
    return mixed


def _search(**asked: str) -> str:
    return f"/search?{urlencode({name: value for name, value in asked.items() if value})}"
