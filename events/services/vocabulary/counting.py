"""Counts words and names: what events held before is taken back, what they hold now is added.

Nothing happens where both are the same, so a change may be counted twice.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from events.models import EventVocabulary, SearchName, SearchSpelling, SearchWord
from events.models.vocabulary import LEAST_DESCRIBED
from events.services.vocabulary.held import Held, Name
from outbox.rows import insert
from pipeline.text.typing_errors import keys_of

_COUNT_WORDS = """
UPDATE events_searchword w SET named = w.named + d.named, described = w.described + d.described
FROM unnest(%s::int[], %s::int[], %s::int[]) AS d (id, named, described) WHERE w.id = d.id
RETURNING w.id, w.word, w.named, w.described, d.named, d.described
"""
_COUNT_NAMES = """
UPDATE events_searchname n SET count = n.count + d.count, real = n.real + d.real
FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS d (id, count, real) WHERE n.id = d.id
RETURNING n.id, n.count
"""
_FIND_NAMES = """
SELECT n.id, a.place FROM unnest(%s::text[], %s::text[], %s::uuid[], %s::text[]) WITH ORDINALITY AS a (kind, folded, city, target, place)
JOIN events_searchname n ON n.folded = a.folded AND n.kind = a.kind AND n.target = a.target AND n.city_id IS NOT DISTINCT FROM a.city
"""
_MAKE_NAMES = """
INSERT INTO events_searchname (kind, folded, city_id, target, name, count, words)
SELECT kind, folded, city, target, name, 0, array_to_tsvector(array_remove(string_to_array(folded, ' '), ''))
FROM unnest(%s::text[], %s::text[], %s::uuid[], %s::text[], %s::text[]) AS n (kind, folded, city, target, name) RETURNING id
"""


def recount(event_ids: Collection[UUID], found: Mapping[UUID, Held], *, now: datetime) -> None:
    """Count these events anew: as `found` says, and not at all where it says nothing.

    Runs in a transaction, in one process at a time. The number of queries does not depend on the number of events.
    """
    before = EventVocabulary.objects.in_bulk(list(event_ids))
    words = _word_ids({word for held in found.values() for word in (*held.named, *held.described)})
    names = _name_ids({name.key: name for held in found.values() for name in held.names})
    after = [
        EventVocabulary(
            event_id=pk,
            named=sorted(words[word] for word in held.named),
            described=sorted(words[word] for word in held.described),
            names=sorted(names[name.key] for name in held.names),
            is_sample=held.is_sample,
            over_at=held.over_at,
            counted_at=now,
        )
        for pk, held in found.items()
    ]
    _count_words(
        _differences(before.values(), after, "named"), _differences(before.values(), after, "described")
    )
    _count_names(
        _differences(before.values(), after, "names"),
        _differences(
            [row for row in before.values() if not row.is_sample],
            [row for row in after if not row.is_sample],
            "names",
        ),
    )
    columns = ["named", "described", "names", "is_sample", "over_at", "counted_at"]
    insert(after, unique=["event_id"], update=columns)
    EventVocabulary.objects.filter(pk__in=[pk for pk in before if pk not in found]).delete()


def _differences(
    before: Iterable[EventVocabulary], after: Iterable[EventVocabulary], column: str
) -> Counter[int]:
    """By how much each count changes; without those that stay."""
    counts: Counter[int] = Counter()
    for row in after:
        counts.update(getattr(row, column))
    for row in before:
        counts.subtract(getattr(row, column))
    return Counter({key: count for key, count in counts.items() if count})


def _word_ids(words: Collection[str]) -> dict[str, int]:
    """The ids of these words; rows are made for new ones."""
    ids = dict(SearchWord.objects.filter(word__in=list(words)).values_list("word", "id"))
    made = SearchWord.objects.bulk_create([SearchWord(word=word) for word in sorted(words - ids.keys())])
    return ids | {row.word: row.id for row in made}


def _name_ids(names: Mapping[tuple[object, ...], Name]) -> dict[tuple[object, ...], int]:
    """The ids of these names by their key; rows are made for new ones."""
    ids: dict[tuple[object, ...], int] = {}
    rows = list(names.values())
    with connection.cursor() as cursor:
        cursor.execute(_FIND_NAMES, _columns(rows)[:4])
        ids |= {rows[place - 1].key: pk for pk, place in cursor.fetchall()}
        missing = [name for name in rows if name.key not in ids]
        if missing:
            cursor.execute(_MAKE_NAMES, _columns(missing))
            made = [pk for (pk,) in cursor.fetchall()]
            ids |= {name.key: pk for name, pk in zip(missing, made, strict=True)}
    return ids


def _columns(names: Sequence[Name]) -> list[list[object]]:
    return [list(column) for column in zip(*names, strict=True)] if names else [[] for _ in Name._fields]


def _count_words(named: Counter[int], described: Counter[int]) -> None:
    """Change the counts; keys for typing errors are made for words that became known, others removed."""
    ids = sorted(named.keys() | described.keys())
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_WORDS, [ids, [named[pk] for pk in ids], [described[pk] for pk in ids]])
        rows = cursor.fetchall()
    known = {
        pk: word for pk, word, now_named, now_described, *_ in rows if _is_known(now_named, now_described)
    }
    was = {
        pk
        for pk, _, n, d, more_named, more_described in rows
        if _is_known(n - more_named, d - more_described)
    }
    SearchSpelling.objects.filter(pk__in=was - known.keys()).delete()
    insert([SearchSpelling(word_id=pk, keys=keys_of(word)) for pk, word in known.items() if pk not in was])
    SearchWord.objects.filter(pk__in=[pk for pk, _, n, d, *_ in rows if n <= 0 and d <= 0]).delete()


def _is_known(named: int, described: int) -> bool:
    return named > 0 or described >= LEAST_DESCRIBED


def _count_names(counts: Counter[int], real: Counter[int]) -> None:
    ids = sorted(counts.keys() | real.keys())
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_NAMES, [ids, [counts[pk] for pk in ids], [real[pk] for pk in ids]])
        SearchName.objects.filter(pk__in=[pk for pk, count in cursor.fetchall() if count <= 0]).delete()
