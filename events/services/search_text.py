"""Updates the search table in the same transaction as the events, with two queries for any number of events.

Documents of an older `TERMS_VERSION` are made anew in the background, and answer until then.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from events.models import Event, EventSearch, Organizer
from events.models.search import category_key, city_key, performer_key, tag_key
from outbox import rows as table
from pipeline.taxonomy import BY_SLUG, subcategory_name
from pipeline.text.copies import text_key
from pipeline.text.folding import address_part
from pipeline.text.terms import TERMS_VERSION, Terms, make_terms
from pipeline.text.words import plain
from places.models import Area, City

#: What an event is linked with by a name that is searched.
Relation = Literal["organizer", "area", "city"]
_REFRESH = """
INSERT INTO events_eventsearch AS held (event_id, document, terms_version, folded_title, text_key)
SELECT e.id, k.document::tsvector, %s, left(lower(unaccent(e.title)), 300), k.key
FROM unnest(%s::uuid[], %s::text[], %s::bigint[]) AS k (id, document, key) JOIN events_event e ON e.id = k.id
ON CONFLICT (event_id) DO UPDATE
SET document = excluded.document, terms_version = excluded.terms_version, folded_title = excluded.folded_title, text_key = excluded.text_key
"""
#: Of several changes in one transaction the first one says what readers saw before.
_KEEP_FORMER = """,
(former, changed_in, changed_at) = (
    SELECT CASE WHEN seen.is_next THEN held.document ELSE held.former END,
           CASE WHEN seen.is_next THEN seen.here ELSE held.changed_in END,
           CASE WHEN seen.is_next THEN %s ELSE held.changed_at END
    FROM (SELECT t.here, held.document <> excluded.document AND held.changed_in IS DISTINCT FROM t.here AS is_next
          FROM (SELECT (pg_current_xact_id()::text)::bigint AS here) t) AS seen
)
"""
#: So long a reader of the live feed that comes back is told exactly whether an event held its words before.
_FORMER_KEPT = timedelta(days=1)
#: The columns whose words are searched.
_COLUMNS: Final = (
    "pk", "title", "description", "performers", "venue_name", "organizer__name", "tags", "category_id", "subcategory",
    "area__name", "city__name", "city__slug", "venue_city", "language",
)  # fmt: skip
_OWN_COLUMNS: Final = tuple(name for name in _COLUMNS if "__" not in name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """What documents hold of other tables, by id: names and slugs of cities and areas, names of organizers."""

    cities: Mapping[UUID | None, tuple[str, str]]
    areas: Mapping[UUID | None, tuple[str, str]]
    organizers: Mapping[UUID | None, str]

    def slugs(self) -> dict[UUID | None, str]:
        """The slugs of cities and areas, as `events.services.announcing` takes them."""
        return {pk: slug for pk, (_, slug) in (*self.cities.items(), *self.areas.items())}


@dataclass(frozen=True, kw_only=True, slots=True)
class Documents:
    """The documents of events, and the keys by which copies of their descriptions are found, in one order."""

    ids: list[UUID]
    documents: list[str]
    keys: list[int | None]


def refresh(event_ids: Iterable[UUID], *, is_news: bool = True) -> None:
    """Compute the search text of these events, and the key by which copies of their descriptions are found.

    Where it `is_news`, the transaction also announces the events, and their former text is kept for the live feed.
    """
    _store(
        _documents(Event.objects.filter(pk__in=list(event_ids)).order_by().values(*_COLUMNS)), is_news=is_news
    )


def names_for(events: Iterable[Event]) -> Names:
    """What the documents of `events` hold of other tables (at most three queries)."""
    rows = list(events)
    cities, areas, organizers = (
        {pk for event in rows if (pk := getattr(event, name)) is not None}
        for name in ("city_id", "area_id", "organizer_id")
    )
    return Names(
        cities={pk: (name, slug) for pk, name, slug in _named(City, cities, "name", "slug")},
        areas={pk: (name, slug) for pk, name, slug in _named(Area, areas, "name", "slug")},
        organizers=dict(_named(Organizer, organizers, "name")),
    )


def documents_of(events: Iterable[Event], names: Names) -> Documents:
    """The documents of events that are being written, without a query."""
    rows = []
    for event in events:
        city, city_slug = names.cities.get(event.city_id) or (None, None)
        area, _ = names.areas.get(event.area_id) or (None, None)
        row = {name: getattr(event, name) for name in _OWN_COLUMNS}
        row |= {"city__name": city, "city__slug": city_slug, "area__name": area}
        rows.append({**row, "organizer__name": names.organizers.get(event.organizer_id)})
    return _documents(rows)


def store(documents: Documents) -> None:
    """Write the documents of written events, as `refresh` does (one query)."""
    _store(documents, is_news=True)


def _named(model: Any, ids: Collection[UUID], *columns: str) -> Iterable[Any]:
    return model.objects.filter(pk__in=ids).order_by().values_list("pk", *columns) if ids else ()


def _documents(rows: Iterable[Mapping[str, Any]]) -> Documents:
    found = Documents(ids=[], documents=[], keys=[])
    for row in rows:
        found.ids.append(row["pk"])
        found.documents.append(_document(row))
        found.keys.append(text_key(row["description"]))
    return found


def _store(made: Documents, *, is_news: bool) -> None:
    if not made.ids:
        return
    values: list[Any] = [TERMS_VERSION, made.ids, made.documents, made.keys]
    with table.bound() as cursor:
        if is_news:
            cursor.execute(_REFRESH + _KEEP_FORMER, [*values, timezone.now()])
        else:
            cursor.execute(_REFRESH, values)


def refresh_outdated(*, batch: int = 500) -> int:
    """Make the next outdated documents anew. Returns how many; 0 where none waits.

    Locks only these rows, shortly, and leaves out those that another transaction is writing: who writes an event makes
    its document too, and after the lock.
    """
    with transaction.atomic():
        outdated = EventSearch.objects.filter(terms_version__lt=TERMS_VERSION).order_by("pk")
        ids = list(outdated.select_for_update(skip_locked=True).values_list("pk", flat=True)[:batch])
        refresh(ids, is_news=False)
    return len(ids)


def refresh_named(relation: Relation, named_id: UUID, *, batch: int = 500) -> int:
    """Make the documents of all events of one organizer, area or city anew, which has another name now.

    Returns how many. Each batch is a transaction of its own, and leaves out what another transaction is writing.
    """
    total, last = 0, UUID(int=0)
    rows = EventSearch.objects.filter(**{f"event__{relation}_id": named_id}).order_by("pk")
    while True:
        with transaction.atomic():
            waiting = rows.filter(pk__gt=last).select_for_update(skip_locked=True, of=("self",))
            ids = list(waiting.values_list("pk", flat=True)[:batch])
            if not ids:
                return total
            refresh(ids, is_news=False)
        total, last = total + len(ids), ids[-1]


def forget_former(*, now: datetime, batch: int = 5_000) -> int:
    """Forget the former texts of events that changed longer than a day ago, in batches. Returns how many."""
    old = EventSearch.objects.filter(former__isnull=False, changed_at__lt=now - _FORMER_KEPT).order_by("pk")
    total = 0
    while ids := list(old.values_list("pk", flat=True)[:batch]):
        total += EventSearch.objects.filter(pk__in=ids, changed_at__lt=now - _FORMER_KEPT).update(former=None)
    return total


def _document(row: Mapping[str, Any]) -> str:
    """The text of the tsvector of an event: its terms, and the keys of its category, city, performers and tags."""
    keys = [category_key(row["category_id"])] + ([city_key(row["city__slug"])] if row["city__slug"] else [])
    keys += dict.fromkeys(performer_key(part) for part in map(address_part, row["performers"]) if part)
    keys += dict.fromkeys(tag_key(part) for part in map(address_part, row["tags"]) if part)
    return " ".join([_terms(row).tsvector(), *(f"'{key}'" for key in keys)])


def _terms(row: Mapping[str, Any]) -> Terms:
    """The terms of an event, by weight as docs/search.md lists them."""
    category = BY_SLUG.get(row["category_id"])
    names = [*row["performers"], row["venue_name"], row["organizer__name"] or ""]
    labels = [
        *row["tags"],
        row["category_id"],
        category.name if category else "",
        subcategory_name(row["category_id"], row["subcategory"]) if row["subcategory"] else "",
        row["area__name"] or "",
        *dict.fromkeys((row["city__name"] or "", row["venue_city"])),
    ]
    description = plain(row["description"])
    return make_terms(
        [("A", [row["title"]]), ("B", names), ("C", labels), ("D", [description])], row["language"]
    )
