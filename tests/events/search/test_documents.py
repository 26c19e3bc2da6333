"""Search documents made by an older way: they answer, and are made anew."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from events.filters import EventFilter
from events.models import EventSearch, Organizer
from events.queries import filtered, public
from events.services import search_text
from events.tasks import refresh_named, refresh_outdated
from places.models import Area
from tests.factories import EVENING, make_city, make_event


def found(words: str) -> set[str]:
    events = filtered(public(), EventFilter(q=words), now=EVENING)
    return {event.title for event in events}


def outdate() -> None:
    """Documents as PostgreSQL's own dictionary made them, before the terms had versions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE events_eventsearch SET terms_version = 0, document ="
            " setweight(to_tsvector('english', folded_title), 'A')"
        )


@pytest.mark.django_db
def test_old_documents_answer_and_are_made_anew_in_batches():
    for title in ("Malleshwaram walk", "Theatre night", "Jazz at dusk"):
        make_event(title=title)
    before = list(EventSearch.objects.order_by("pk").values())
    outdate()
    assert found("jazz") == {"Jazz at dusk"}
    assert found("malleswaram") == set()
    assert search_text.refresh_outdated(batch=2) == 2
    assert refresh_outdated() == 1
    assert refresh_outdated() == 0
    assert found("malleswaram") == {"Malleshwaram walk"}
    assert list(EventSearch.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_a_new_name_of_organizer_area_or_city_is_found(django_capture_on_commit_callbacks, monkeypatch):
    monkeypatch.setattr(refresh_named, "delay", refresh_named)
    organizer = Organizer.objects.create(name="Moon Society", folded_name="moon society")
    city = make_city()
    area = Area.objects.create(city=city, slug="lakeside", name="Lakeside", lat=12.9, lng=77.6)
    for title in ("Jazz at dusk", "Theatre night"):
        make_event(title=title, organizer=organizer, area=area)
    make_event(title="Walk", city=city)
    with django_capture_on_commit_callbacks(execute=True):
        for renamed, name in ((organizer, "Sun Guild"), (area, "Riverbank"), (city, "Newtown")):
            renamed.name = name
            renamed.save()
    both = {"Jazz at dusk", "Theatre night"}
    assert found("guild") == both
    assert found("riverbank") == both
    assert found("newtown") == {*both, "Walk"}
    assert found("moon") | found("lakeside") == set()
    with django_capture_on_commit_callbacks() as asked:
        organizer.save()
    assert not asked


@pytest.mark.django_db(transaction=True)
def test_what_another_transaction_writes_is_left_to_it():
    written, waits = make_event(title="Jazz at dusk"), make_event(title="Theatre night")
    outdate()
    with transaction.atomic(), ThreadPoolExecutor(max_workers=1) as other:
        EventSearch.objects.select_for_update().get(pk=written.pk)
        assert other.submit(_refresh_and_close).result(timeout=20) == 1
    assert list(EventSearch.objects.filter(terms_version=0).values_list("pk", flat=True)) == [written.pk]
    assert EventSearch.objects.get(pk=waits.pk).terms_version == search_text.TERMS_VERSION


def _refresh_and_close() -> int:
    try:
        return search_text.refresh_outdated()
    finally:
        connection.close()


@pytest.mark.django_db
def test_a_document_made_while_its_event_is_written_is_the_one_that_is_made_later():
    organizer = Organizer.objects.create(name="Moon Society", folded_name="moon society")
    city = make_city()
    area = Area.objects.create(city=city, slug="lakeside", name="Lakeside", lat=12.9, lng=77.6)
    full = {
        "organizer": organizer,
        "area": area,
        "city": city,
        "tags": ["raga"],
        "performers": ["Lata & Band"],
    }
    events = [
        make_event(title="Jazz at dusk", description="<p>Bring a lantern.</p>", **full),
        make_event(title="Walk", city=None),
    ]
    later = {row.pk: (str(row.document), row.text_key) for row in EventSearch.objects.all()}
    EventSearch.objects.all().delete()
    search_text.store(search_text.documents_of(events, search_text.names_for(events)))
    assert {row.pk: (str(row.document), row.text_key) for row in EventSearch.objects.all()} == later
    assert "lakesid" in later[events[0].pk][0]
