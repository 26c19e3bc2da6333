import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.limits import SUBMISSIONS
from events.models import Event
from sources import tasks
from sources.forms import stamp
from sources.models import Payload, Source
from sources.triggers.inbox import drain
from tests.factories import make_categories, make_city


@pytest.fixture(autouse=True)
def house(db, monkeypatch):
    cache.clear()
    make_city()
    make_categories()
    monkeypatch.setattr(tasks.process_inbox, "delay", lambda *_: None)
    yield
    cache.clear()


def filled(**fields):
    day = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%d")
    defaults = {"title": "Raga at Dusk", "start": f"{day}T20:00", "city": "bengaluru", "venue": "Blue Room"}
    return {**defaults, "opened": stamp(opened_at=time.time() - 60), **fields}


def test_the_form_knows_the_city_and_hides_its_trap(client):
    page = client.get("/submit/?city=bengaluru").content.decode()
    assert '<option value="bengaluru" selected>' in page
    assert 'class="field trap" aria-hidden="true"' in page


def test_what_is_sent_waits_for_a_person(client):
    response = client.post("/submit/", filled(price="Rs 500"))
    assert response.status_code == 302
    thanks = client.get(response["Location"]).content.decode()
    (run,) = drain(Source.objects.get(slug="submissions"))
    assert f'href="/submit/{run.id.hex}' in thanks
    event = Event.objects.get()
    assert (event.publication, event.venue_name, event.timezone) == ("pending", "Blue Room", "Asia/Kolkata")


def test_an_event_of_days_keeps_its_days(client):
    start = timezone.now() + timedelta(days=3)
    client.post("/submit/", filled(all_day="on", end=(start + timedelta(days=1)).strftime("%Y-%m-%dT22:00")))
    list(drain(Source.objects.get(slug="submissions")))
    event = Event.objects.get()
    assert (event.all_day, (event.end_date - event.start_date).days) == (True, 1)


def test_what_the_trap_catches_is_thanked_and_forgotten(client):
    assert client.post("/submit/", filled(website2="https://spam.example")).status_code == 302
    assert Payload.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": ""}, "This field is required"),
        ({"opened": stamp(opened_at=9e12)}, "The form was sent too quickly"),
        ({"opened": "made up"}, "open for too long"),
        ({"end": "2001-01-01T10:00"}, "before the start"),
        ({"url": "javascript:alert(1)"}, "valid URL"),
        ({"city": "atlantis"}, "valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, fields, said):
    response = client.post("/submit/", filled(**fields))
    page = response.content.decode()
    assert response.status_code == 400
    assert said in page
    assert "Blue Room" in page
    assert Payload.objects.count() == 0


def test_one_address_may_not_flood_us(client):
    codes = [client.post("/submit/", filled(title="")).status_code for _ in range(SUBMISSIONS.limit + 1)]
    assert codes[-2:] == [400, 429]


def test_a_made_up_reference_is_not_repeated(client):
    assert (
        b"<script"
        not in client.get("/submit/thanks/?reference=<script>&city=bengaluru")
        .content.split(b"<main")[1]
        .split(b"</main")[0]
    )
