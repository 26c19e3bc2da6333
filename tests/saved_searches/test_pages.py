"""Pages of saved searches, without JavaScript."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from events.filters import EventFilter
from saved_searches import services
from saved_searches.models import SavedSearch
from tests.factories import make_city, make_event, make_person

pytestmark = pytest.mark.django_db


def _soon(**fields: Any) -> Any:
    return make_event(start=timezone.now() + timedelta(days=2), **fields)


def saving(address: str) -> dict[str, str]:
    """What the link of a page, which is the same for all readers, would save."""
    [link, *_] = html.fromstring(Client().get(address, follow=True).content).xpath(
        "//a[starts-with(@href, '/me/searches/new/')]/@href"
    )
    return dict(parse_qsl(urlsplit(link).query))


def test_lists_and_search_lead_to_the_page_that_saves_them(vera):
    _soon(title="Jazz", price_type="free")
    assert saving("/bengaluru/") == {"city": "bengaluru"}
    assert saving("/bengaluru/music/?price=free") == {
        "city": "bengaluru",
        "category": "music",
        "price": "free",
    }
    assert saving("/bengaluru/ongoing/") == {"city": "bengaluru"}
    assert saving("/search?q=free+jazz+this+weekend&city=bengaluru") == {
        "city": "bengaluru", "q": "jazz", "price": "free", "when": "weekend",
    }  # fmt: skip


def test_who_is_not_signed_in_does_so_first(vera):
    address = "/me/searches/new/?city=bengaluru&q=jazz"
    answer = Client().get(address)
    assert answer.status_code == 302
    assert dict(parse_qsl(urlsplit(answer["Location"]).query))["next"] == address


def test_a_search_is_saved_from_its_address(page):
    address = "/me/searches/new/?city=bengaluru&q=jazz&price=free"
    shown = page.get(address)
    assert shown.status_code == 200
    assert "“jazz”, Free, Bengaluru" in shown.content.decode()
    assert page.post(address, {"name": ""}).status_code == 400
    answer = page.post(address, {"name": "Mine", "alert": "on"})
    row = SavedSearch.objects.get()
    assert answer["Location"] == f"/me/searches/{row.pk}/"
    assert (row.name, row.alert, row.query) == (
        "Mine",
        True,
        {"city": "bengaluru", "q": "jazz", "price": "free"},
    )


def test_an_address_that_asks_for_nothing_known_is_refused(page):
    answer = page.post("/me/searches/new/?town=bengaluru", {"name": "Mine"})
    assert answer.status_code == 400
    assert "There is no such parameter" in answer.content.decode()
    assert not SavedSearch.objects.exists()


def test_one_too_many_is_refused_in_words(page, vera, monkeypatch):
    monkeypatch.setattr("saved_searches.services.saving.MOST", 0)
    answer = page.post("/me/searches/new/?city=bengaluru", {"name": "Mine"})
    assert answer.status_code == 409
    assert "At most 0 searches" in answer.content.decode()


def test_the_page_shows_what_is_new_once(page, vera):
    row = services.save(vera, EventFilter(q="jazz"), name="Mine", alert=True)
    row.hits.create(event=_soon(title="Jazz of tomorrow"))
    _soon(title="Jazz of today")
    own = page.get("/me/searches/").content.decode()
    assert "1 new" in own
    page.head(f"/me/searches/{row.pk}/")
    first, second = (page.get(f"/me/searches/{row.pk}/").content.decode() for _ in range(2))
    assert ("New since you looked" in first, "New since you looked" in second) == (True, False)
    assert (first.count("Jazz of tomorrow</a>"), second.count("Jazz of tomorrow</a>")) == (2, 1)
    assert "Nothing new" in page.get("/me/searches/").content.decode()


def test_name_alert_feeds_and_end(page, vera):
    row = services.save(vera, EventFilter(q="jazz"), name="Mine")
    address = f"/me/searches/{row.pk}/"
    assert page.post(address, {"do": "save", "name": "Blue", "alert": "on"})["Location"] == address
    row.refresh_from_db()
    assert (row.name, row.alert) == ("Blue", True)
    assert page.post(address, {"do": "save", "name": "<i></i>"}).status_code == 400
    told = page.post(address, {"do": "feed"}).content.decode()
    [calendar] = [part for part in html.fromstring(told).xpath("//code/text()") if part.endswith(".ics")]
    assert Client().get(urlsplit(calendar).path).status_code == 200
    page.post(address, {"do": "close"})
    assert Client().get(urlsplit(calendar).path).status_code == 404
    assert page.post(address, {"do": "delete"})["Location"] == "/me/searches/"
    assert page.get(address).status_code == 404


def test_nobody_sees_the_search_of_somebody_else(page):
    other = make_person(email="ola@example.org", is_staff=False)
    row = services.save(other, EventFilter(q="jazz"), name="Theirs")
    address = f"/me/searches/{row.pk}/"
    assert page.get(address).status_code == 404
    assert page.post(address, {"do": "delete"}).status_code == 404
    assert "Theirs" not in page.get("/me/searches/").content.decode()


def test_a_long_list_goes_on(page, vera):
    for number in range(31):
        _soon(title=f"Jazz {number}")
    row = services.save(vera, EventFilter(), name="All")
    first = page.get(f"/me/searches/{row.pk}/").content.decode()
    assert 'href="?offset=30"' in first
    assert page.get(f"/me/searches/{row.pk}/?offset=30").content.decode().count('class="card"') == 1


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_the_same_queries(page, vera, rows, django_assert_num_queries):
    goa = make_city(slug="goa", name="Goa")
    venue = _soon(title="Jazz", city=goa)
    for number in range(rows):
        services.save(
            vera, EventFilter(q=f"jazz {number}", venue=venue.place_id, city="goa"), name="x", alert=True
        )
    page.get("/me/searches/")
    with django_assert_num_queries(QUERIES):
        page.get("/me/searches/")


#: The session, the account, the searches, and how many notices are unread.
QUERIES = 4


def _card(page: Client, row: SavedSearch, event: Any, query: str = "?list=yes") -> int:
    return page.get(f"/me/searches/{row.pk}/events/{event.pk}/card{query}").status_code


def test_the_fragment_of_a_card_says_whether_the_search_shows_it(page, vera):
    row = services.save(vera, EventFilter(city="bengaluru", price="free"), name="Free")
    free, paid = _soon(title="Free", price_type="free"), _soon(title="Paid", price_type="paid")
    gone = _soon(title="Gone", publication="removed")
    assert (_card(page, row, free), _card(page, row, paid), _card(page, row, gone)) == (200, 204, 410)
    assert _card(page, row, paid, "") == 200, "a card that is shown can be read as it is now"
    edge = int(free.start_at.timestamp())
    assert _card(page, row, free, f"?list=yes&until={edge}") == 204, "it is on the next page"
    assert _card(page, row, free, f"?list=yes&until={edge + 1}") == 200
    assert _card(page, row, free, "?list=yes&until=never") == 200


def test_the_fragment_is_its_persons(vera):
    row = services.save(vera, EventFilter(city="bengaluru"), name="Mine")
    other = Client()
    other.force_login(make_person(email="omar@example.org", is_staff=False))
    assert _card(other, row, _soon(title="Jazz")) == 404


@pytest.mark.parametrize(
    ("wanted", "topics", "is_filtered"),
    [
        ({"city": "bengaluru", "q": "jazz"}, "events:city:bengaluru", True),
        ({"price": "free"}, "events:all", True),
        ({"city": "bengaluru", "guest_age": 12}, "events:city:bengaluru", False),
    ],
)
def test_an_open_page_asks_for_what_the_search_may_show(page, vera, wanted, topics, is_filtered):
    row = services.save(vera, EventFilter(**wanted), name="Mine")
    [body] = html.fromstring(page.get(f"/me/searches/{row.pk}/").content).xpath("//body")
    assert body.get("data-live-topics") == topics
    assert body.get("data-live-cards") == f"/me/searches/{row.pk}"
    assert body.get("data-live-filters") == (f"saved_search={row.pk}&" if is_filtered else None)


def test_the_first_page_takes_new_events_up_to_its_end(page, vera, monkeypatch):
    monkeypatch.setattr("saved_searches.views._PER_PAGE", 1)
    row = services.save(vera, EventFilter(city="bengaluru"), name="Mine")
    first = _soon(title="First")
    make_event(title="Second", start=first.start_at + timedelta(hours=1))

    def listed(query: str) -> str | None:
        [part] = html.fromstring(page.get(f"/me/searches/{row.pk}/{query}").content).xpath("//*[@id='list']")
        return part.get("data-live-list")

    assert listed("") == f"list=yes&until={int(first.start_at.timestamp()) + 1}"
    assert listed("?offset=1") is None
