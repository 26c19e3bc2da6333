"""Many rows in one statement: every type of column is stored unchanged, and constraints apply as usual."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from events.models import Event, EventCounters, Listing
from outbox import rows
from tests.factories import NOW, make_categories, make_city, make_origin, record_event

pytestmark = pytest.mark.django_db

HARD = "Größe \\ 'quoted' \"double\" %s {x} ₹ 🎷\n\ttab\u2028end"


def unsaved(**fields: Any) -> Event:
    """An unsaved event with a value in every type of column."""
    make_categories()
    start = datetime(2026, 12, 12, 14, 30, 0, 123456, tzinfo=UTC)
    return Event(
        **{
            "id": uuid7(), "title": HARD, "slug": "x", "description": f"<p>{HARD}</p>", "start_at": start, "start_date": start.date(),
            "end_at": start + timedelta(hours=2), "end_date": start.date(), "timezone": "Asia/Kolkata", "city": make_city(), "category_id": "music",
            "tags": ["a,b", "{c}", 'd"e', "NULL", ""], "lat": 12.971598712345678, "lng": 77.6,
            "price_type": "paid", "price_min": Decimal("250.10"), "price_max": None,
            "quality": {"deep": [1, 2.5, None, True, {"x": HARD}]}, "publication": "pending", "first_seen_at": NOW, "created_at": NOW, "updated_at": NOW,
            **fields,
        }
    )  # fmt: skip


def columns(event: Event) -> dict[str, Any]:
    return {field.attname: getattr(event, field.attname) for field in Event._meta.concrete_fields}


def test_every_kind_of_column_comes_back_as_it_was_given() -> None:
    event = unsaved()
    rows.insert([event])
    assert columns(Event.objects.get()) == columns(event)
    event.title = "Changed through the same door as ever"
    event.save()
    assert Event.objects.get().title == event.title


def test_rows_are_as_bulk_create_would_have_written_them() -> None:
    ours, theirs = unsaved(), unsaved()
    rows.insert([ours])
    Event.objects.bulk_create([theirs])
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(e) - 'id' FROM events_event e")
        [(one,), (other,)] = cursor.fetchall()
    assert one == other


def test_any_number_of_rows_is_one_query_and_none_is_no_query() -> None:
    for count, queries in ((0, 0), (1, 1), (50, 1)):
        with CaptureQueriesContext(connection) as captured:
            rows.insert([unsaved() for _ in range(count)] if count else [])
        assert (
            len([query for query in captured if query["sql"].startswith('INSERT INTO "events_event" ')])
            == queries
        )
    assert Event.objects.count() == 51


def test_a_known_row_takes_over_only_what_it_is_told_to() -> None:
    origin, event, other, later = make_origin(), record_event(), record_event(), NOW + timedelta(days=1)

    def listing(of: Event, reported: str, when: datetime) -> Listing:
        return Listing(
            event=of,
            first_event=of,
            origin=origin,
            external_id="x",
            facts={"title": reported},
            first_seen_at=when,
            changed_at=when,
        )

    first = listing(event, "A", NOW)
    rows.insert([first])
    rows.insert(
        [listing(other, "B", later)],
        unique=["origin", "external_id", "recurrence_id"],
        update=["event", "facts"],
    )
    kept = Listing.objects.get(external_id="x")
    assert (kept.id, kept.first_event_id, kept.first_seen_at, kept.changed_at) == (
        first.id,
        event.id,
        NOW,
        NOW,
    )
    assert (kept.event_id, kept.facts) == (other.id, {"title": "B"})


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"title": "x" * 301}, DataError),
        ({"title": "a\x00b"}, DataError),
        ({"quality": {"a": "b\x00"}}, DataError),
        ({"title": "half a pair \ud800"}, DataError),
        ({"lat": float("nan")}, IntegrityError),  # what is no number is NULL, which is half a pair
        ({"price_min": Decimal(-1)}, IntegrityError),
        ({"title": None}, IntegrityError),
    ],
)
def test_what_the_database_refuses_is_refused_as_ever_and_nothing_is_written(
    fields: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error), transaction.atomic():
        rows.insert([unsaved(), unsaved(**fields)])
    assert not Event.objects.exists()


def test_a_row_whose_key_is_another_tables_is_written_too() -> None:
    event = record_event()
    EventCounters.objects.all().delete()
    rows.insert([EventCounters(event=event)])
    assert EventCounters.objects.get().event_id == event.id


def test_what_is_sent_one_after_another_is_there_in_this_order_and_costs_a_query_each():
    event = unsaved()
    with CaptureQueriesContext(connection) as seen, rows.one_after_another():
        rows.insert([event])
        rows.insert([EventCounters(event=event)])
    assert len(seen) == 2
    assert Event.objects.get(pk=event.pk).title == HARD
    assert EventCounters.objects.filter(pk=event.pk).exists()


def test_an_answer_may_be_read_between():
    event = unsaved()
    with rows.one_after_another():
        rows.insert([event])
        assert Event.objects.filter(pk=event.pk).count() == 1
        rows.insert([EventCounters(event=event)])
    assert EventCounters.objects.filter(pk=event.pk).exists()


@pytest.mark.parametrize(
    ("fields", "error"),
    [({"category_id": "music", "publication": "nonsense"}, IntegrityError), ({"slug": "x" * 900}, DataError)],
)
def test_what_is_refused_among_them_is_refused_as_ever_and_nothing_stays(fields, error):
    good, bad, late = unsaved(), unsaved(**fields), unsaved()

    def record():
        with transaction.atomic(), rows.one_after_another():
            for event in (good, bad, late):
                rows.insert([event])

    with pytest.raises(error):
        record()
    assert not Event.objects.filter(pk__in=[good.pk, bad.pk, late.pk]).exists()
    rows.insert([good])  # the connection is of use after it
    assert Event.objects.filter(pk=good.pk).exists()


def test_a_row_made_by_columns_is_the_one_that_the_model_makes():
    event, origin = unsaved(), make_origin()
    given = {"external_id": "x", "facts": {"a": 1}, "first_seen_at": NOW, "changed_at": NOW}
    ours = rows.made(Listing, id=uuid7(), event_id=event.id, origin_id=origin.key, **given)
    theirs = Listing(id=ours.id, event=event, origin=origin, **given)
    assert {field.attname: getattr(ours, field.attname) for field in Listing._meta.concrete_fields} == {
        field.attname: getattr(theirs, field.attname) for field in Listing._meta.concrete_fields
    }
    again = rows.made(Listing, event_id=event.id, origin_id=origin.key)
    assert again.id != rows.made(Listing).id
    assert again.joined is not rows.made(Listing).joined
    with pytest.raises(TypeError, match="nonsense"):
        rows.made(Listing, nonsense=1)
