"""Stores conditions, once for all searches that share them, and the keys by which they are found."""

import hashlib
import json
from collections.abc import Collection
from typing import Any, Final

from django.db import connection, transaction

from events.filters import EventFilter
from events.models import SearchWord
from saved_searches.keys import KEYS_VERSION, keys_of, words_of
from saved_searches.models import Conditions, ConditionsKey

_BATCH: Final = 500
# Those that another transaction has locked are about to be used, or deleted by it; each is asked again once it is locked.
_UNUSED: Final = """
SELECT id FROM saved_searches_conditions c
WHERE NOT EXISTS (SELECT 1 FROM saved_searches_savedsearch s WHERE s.conditions_id = c.id) AND (%s OR id = ANY(%s))
ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
"""


def store(wanted: EventFilter) -> Conditions:
    """The conditions of `wanted`, with their keys, locked until the present transaction ends."""
    digest, plain = digest_of(wanted)
    row = Conditions(digest=digest, wanted=plain, keys_version=KEYS_VERSION)
    [row] = Conditions.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["digest"], update_fields=["digest"]
    )
    if not row.keys.exists():
        _index([row])
    return row


def digest_of(wanted: EventFilter) -> tuple[str, dict[str, Any]]:
    """By what conditions are known, and what is stored of them: all but the order."""
    plain = {name: value for name, value in wanted.to_json().items() if name != "ordering"}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest(), plain


def renew_keys() -> int:
    """Give conditions whose keys were made by an earlier version new ones. Returns how many."""
    count = 0
    while True:
        with transaction.atomic():
            outdated = Conditions.objects.filter(keys_version__lt=KEYS_VERSION).order_by("pk")
            rows = list(outdated.select_for_update()[:_BATCH])
            if not rows:
                return count
            ConditionsKey.objects.filter(conditions__in=rows).delete()
            _index(rows)
            Conditions.objects.filter(pk__in=[row.pk for row in rows]).update(keys_version=KEYS_VERSION)
        count += len(rows)


def forget_unused(ids: Collection[int] | None = None) -> int:
    """Delete conditions of no search any more, of these `ids` or of all. Returns how many."""
    count = 0
    while True:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_UNUSED, [ids is None, list(ids or ()), _BATCH])
                locked = [pk for (pk,) in cursor.fetchall()]
            unused = Conditions.objects.filter(pk__in=locked, searches=None)
            count += len(found := list(unused.values_list("pk", flat=True)))
            Conditions.objects.filter(pk__in=found).delete()
        if len(locked) < _BATCH:
            return count


def _index(rows: list[Conditions]) -> None:
    filters = [EventFilter.from_json(row.wanted) for row in rows]
    words = set[str]().union(*map(words_of, filters))
    frequent = {
        word: named + described
        for word, named, described in SearchWord.objects.filter(word__in=words).values_list(
            "word", "named", "described"
        )
    } if words else {}  # fmt: skip
    ConditionsKey.objects.bulk_create(
        ConditionsKey(key=key, conditions=row)
        for row, wanted in zip(rows, filters, strict=True)
        for key in keys_of(wanted, frequent=frequent)
    )
