"""Long lists of the admin: about how many rows there are, and pages for the first of them."""

import pytest
from django.contrib import admin
from django.urls import reverse

from audit import paging
from audit.paging import About, LongPaginator
from events.models import Event
from events.queries.text import matching
from tests.factories import make_staff, record_event

pytestmark = pytest.mark.django_db


def test_a_short_list_is_counted_and_an_empty_one_has_one_page() -> None:
    record_event()
    assert LongPaginator(Event.objects.order_by("pk"), 50).count == 1
    nothing = LongPaginator(Event.objects.filter(pk__in=[]), 50)
    assert (nothing.count, nothing.num_pages, LongPaginator([1, 2], 50).count) == (0, 1, 2)


def test_a_long_list_says_about_and_has_pages_for_its_first_rows(client, monkeypatch) -> None:
    for number in range(5):
        record_event(title=f"Event {number}", external_id=str(number))
    monkeypatch.setattr(paging, "EXACT", 2)
    pages = LongPaginator(Event.objects.order_by("pk"), 1)
    assert (pages.num_pages, isinstance(pages.count, About), About(1_043_221).words) == (
        2,
        True,
        "about 1,000,000",
    )
    monkeypatch.setattr(admin.site.get_model_admin(Event), "list_per_page", 1)
    client.force_login(make_staff())
    assert "about " in client.get(reverse("admin:events_event_changelist")).content.decode()


def test_staff_find_events_by_words_by_a_part_of_the_title_and_by_id() -> None:
    event = record_event(title="Moonlit Jazz Quartet", external_id="a")
    record_event(title="Pottery", external_id="b")
    for words in ("jazz moonlit", "onlit Ja", "azz", str(event.pk), event.pk.hex):
        assert list(matching(Event.objects.all(), words)) == [event], words
    assert not matching(Event.objects.all(), "zz").exists()


def test_a_long_list_is_sorted_by_columns_with_an_index_alone(client, monkeypatch) -> None:
    monkeypatch.setattr(paging, "SORTED", -2)  # as if PostgreSQL had counted many
    client.force_login(make_staff())
    address = reverse("admin:events_event_changelist")
    sorted_by = {
        number: client.get(f"{address}?o={number}").context["cl"].queryset.query.order_by for number in (1, 2)
    }
    assert ("title" in sorted_by[1], sorted_by[2][0]) == (False, "start_at")
