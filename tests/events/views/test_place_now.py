"""The state of a venue on its page and its events' pages, and the form for reports, without JavaScript."""

import re
import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from events.forms import report_stamp
from places.enums import Crowd, Openness
from places.models import Place, PlaceReport
from places.services import report
from places.visitor_reports import VisitorReport
from tests.factories import EVENING, make_event, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tonight", "unused_limits")]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def unused_limits():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def place() -> Place:
    return make_place()


def path(place: Place) -> str:
    return f"/venues/blue-room-{place.id.hex}/"


def seen(place: Place, address: str = "a", *, ago: int = 12, **said) -> None:
    report(place.id, VisitorReport(address=address, at=EVENING - ago * MINUTE, **said))


def lines(html: str) -> list[tuple[str, str]]:
    return re.findall(r"<b>([^<]*)</b><span>([^<]*)</span>", html)


def filled(**fields) -> dict:
    return {"crowd": "busy", "opened": report_stamp(opened_at=time.time() - 60), **fields}


def test_what_is_known_is_said_with_its_age_and_by_whom(client, place):
    seen(place, "b", ago=20, crowd=Crowd.BUSY)
    seen(place, "a", crowd=Crowd.BUSY, waiting_minutes=15)
    html = client.get(path(place)).content.decode()
    assert lines(html) == [
        ("Busy", "reported 12 min ago by 2 visitors"),
        ("15 min wait", "reported 12 min ago by 1 visitor"),
    ]
    assert f'data-live-topics="place:{place.id}"' in html
    assert 'id="place-now" data-live-swap' in html


def test_hours_and_predictions_are_labelled(client, place):
    Place.objects.update(opening_hours="Mo-Su 17:00-23:00")
    html = client.get(path(place)).content.decode()
    assert lines(html) == [("Open", "by its opening hours, until 23:00")]
    assert "now__line--likely" in html


def test_nothing_known_is_said_with_a_way_on(client, place):
    html = client.get(path(place)).content.decode()
    assert "Nobody has reported yet" in html
    assert f'href="{path(place)}now/"' in html
    Place.objects.update(state="closed")
    assert "now/" not in client.get(path(place)).content.decode()


def test_the_page_of_an_event_shows_its_venue_and_listens(client, place):
    seen(place, openness=Openness.CLOSED)
    event = make_event(place=place)
    html = client.get(event.get_absolute_url()).content.decode()
    assert lines(html) == [("Closed", "reported 12 min ago by 1 visitor")]
    assert f'data-live-topics="events:event:{event.id},place:{place.id}"' in html
    assert "Blue Room now" in html


def test_what_was_told_by_owners_is_theirs_and_escaped(client, place):
    owner = User.objects.create_user("owner@example.com", "correct horse battery")
    place.owners.add(owner)
    report(
        place.id,
        VisitorReport(person=str(owner.pk), address="x", at=EVENING - MINUTE, special="<i>Fado</i> & song"),
    )
    html = client.get(path(place)).content.decode()
    assert "Fado &amp; song" in html
    assert "<i>Fado" not in html
    assert "<span>the venue itself, just now</span>" in html


def test_the_number_of_queries_does_not_grow_with_reports(client, place):
    counts = []
    client.get(path(place))  # the switches are read once in some seconds
    for address in "abc":
        seen(place, address, crowd=Crowd.BUSY, openness=Openness.OPEN)
        with CaptureQueriesContext(connection) as queries:
            client.get(path(place))
        counts.append(len(queries))
    assert counts[0] == counts[2] <= 8


# --- telling ---


def test_the_form_needs_no_script_and_hides_its_trap(client, place):
    page = client.get(f"{path(place)}now/")
    html = page.content.decode()
    assert page["Cache-Control"].startswith("max-age=0")
    assert 'name="csrfmiddlewaretoken"' in html
    assert 'class="field trap" aria-hidden="true"' in html
    assert re.findall(r'type="radio" name="crowd" value="(\w*)"', html) == [
        "",
        "empty",
        "quiet",
        "moderate",
        "busy",
        "packed",
    ]


def test_what_is_sent_is_known_and_thanked(client, place):
    response = client.post(
        f"{path(place)}now/", filled(openness="open", waiting_minutes="10", special="Live music")
    )
    assert (response.status_code, response["Location"]) == (302, f"{path(place)}now/?thanks=1")
    html = client.get(response["Location"]).content.decode()
    assert [word for word, _ in lines(html)] == ["Open", "Busy", "10 min wait", "Live music"]
    assert "Thank you" in html


def test_what_the_trap_catches_is_thanked_and_forgotten(client, place):
    assert client.post(f"{path(place)}now/", filled(website2="https://spam.example")).status_code == 302
    assert not PlaceReport.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"crowd": ""}, "Say at least one thing."),
        ({"crowd": "full"}, "Select a valid choice"),
        ({"waiting_minutes": "7"}, "Select a valid choice"),
        ({"special": "Buy my pills"}, "Select a valid choice"),
        ({"opened": ""}, "open for too long"),
        ({"opened": "forged"}, "open for too long"),
    ],
)
def test_what_is_wrong_is_said(client, place, fields, words):
    response = client.post(f"{path(place)}now/", filled(**fields))
    assert response.status_code == 400
    assert words in response.content.decode()
    assert not PlaceReport.objects.exists()


def test_what_comes_at_once_is_asked_again_with_a_new_stamp(client, place):
    html = client.post(
        f"{path(place)}now/", filled(opened=report_stamp(opened_at=time.time()))
    ).content.decode()
    assert "sent too quickly" in html
    assert re.search(r'value="busy"[^>]*checked', html)


def test_the_same_place_twice_and_too_many_reports_are_refused(client, place):
    assert client.post(f"{path(place)}now/", filled()).status_code == 302
    again = client.post(f"{path(place)}now/", filled())
    assert (again.status_code, again["Retry-After"]) == (429, "120")
    codes = {client.post(f"{path(place)}now/", filled()).status_code for _ in range(10)}
    last = client.post(f"{path(place)}now/", filled())
    assert codes == {429}
    assert "a lot of reports" in last.content.decode()


def test_without_the_csrf_token_nothing_is_taken(place):
    response = Client(enforce_csrf_checks=True).post(f"{path(place)}now/", filled())
    assert response.status_code == 403
    assert not PlaceReport.objects.exists()


def test_an_owner_writes_own_words(client, place):
    owner = User.objects.create_user("owner@example.com", "correct horse battery")
    place.owners.add(owner)
    client.force_login(owner)
    assert 'type="text" name="special"' in client.get(f"{path(place)}now/").content.decode()
    client.post(f"{path(place)}now/", filled(special="Fado from nine"))
    assert ("Fado from nine", "the venue itself, just now") in lines(client.get(path(place)).content.decode())


@pytest.mark.parametrize("state", ["closed", "merged"])
def test_nobody_tells_of_a_place_that_is_none_any_more(client, place, state):
    other = make_place(name="X", city=None)
    Place.objects.filter(pk=place.pk).update(state=state, merged_into=other if state == "merged" else None)
    assert client.get(f"{path(place)}now/").status_code == 404
