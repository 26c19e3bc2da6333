"""Events like another one: each with its reason, in the page and the API, and today's order where nobody learns."""

import pytest
from django.test import Client
from django.utils import timezone

from events import recommended
from events.alike import Because, alike
from events.models import EventVector
from tests.factories import EVENING, make_city, make_event, make_place

pytestmark = pytest.mark.django_db


class People:
    """A recommender that knows these pairs."""

    def __init__(self, *events, count=10):
        self.known = {event.pk: count for event in events}

    def people_of(self, event_id):
        return self.known


@pytest.fixture
def learn(monkeypatch):
    monkeypatch.setattr(recommended, "_asked", [])
    return lambda *events: monkeypatch.setattr(recommended, "_asked", [People(*events)])


def vector(event, first):
    EventVector.objects.create(event=event, embedding=[first, *[0.1] * 511], text_hash="x", made_at=EVENING)


def found(event, limit=4):
    return [(one.id, one.because) for one in alike(event, now=EVENING, limit=limit)]


def test_each_says_the_most_particular_thing_that_is_the_same(learn):
    room = make_place(city=make_city(slug="bengaluru"), name="Blue Room")
    event = make_event(title="Jazz", place=room, venue_name="Blue Room", performers=["Nils Frahm"])
    band = make_event(title="A", performers=["nils frahm"], place=room)
    there = make_event(title="B", place=room, category_id="film")
    text = make_event(title="C", category_id="film")
    kind = make_event(title="D")
    other = make_event(title="E", category_id="film")
    for one, first in ((event, 9.0), (band, 9.0), (there, 8.0), (text, 7.0), (kind, -8.0), (other, -9.0)):
        vector(one, first)
    assert found(event, limit=5) == [
        (band.pk, Because.PERFORMER),
        (there.pk, Because.VENUE),
        (text.pk, Because.TEXT),
        (kind.pk, Because.CATEGORY),
        (other.pk, Because.COMING),
    ]
    words = [one.reason for one in alike(event, now=EVENING, limit=5)]
    assert words == [
        "Also with Nils Frahm",
        "Also at Blue Room",
        "Tells of similar things",
        "Of the same kind: Music",
        "Coming up too",
    ]


def test_what_people_did_joins_the_order_and_is_the_reason(learn):
    event = make_event(title="Jazz")
    first, second = make_event(title="A"), make_event(title="B")
    shared = make_event(title="C", category_id="film")
    over = make_event(title="Off", category_id="film", happening="cancelled")
    far = make_event(title="Far", city=make_city(slug="austin"))
    assert found(event) == [(first.pk, Because.CATEGORY), (second.pk, Because.CATEGORY)]
    learn(second, shared, over, far)
    assert found(event) == [
        (second.pk, Because.PEOPLE),
        (first.pk, Because.CATEGORY),
        (shared.pk, Because.PEOPLE),
    ]


def test_page_and_api_say_the_same_in_the_readers_language(learn, client: Client):
    event, other = make_event(title="Jazz"), make_event(title="Bebop <b>")
    page = client.get(event.get_absolute_url()).content.decode()
    assert '<p class="card__also">Of the same kind: Music</p>' in page
    path = f"/api/v1/events/{event.pk}/similar"
    answer = client.get(path)
    [told] = answer.json()["results"]
    assert (told["id"], told["because"], told["reason"]) == (
        str(other.pk),
        "category",
        "Of the same kind: Music",
    )
    french = client.get(path, headers={"Accept-Language": "fr"})
    assert french.headers["Content-Language"] == "fr"
    assert "Accept-Language" in french.headers["Vary"]
    assert french.json()["results"][0]["reason"] != told["reason"]


def test_queries_do_not_grow(learn, django_assert_num_queries):
    event = make_event(title="Jazz")
    vector(event, 9.0)
    vector(make_event(title="A"), 8.0)
    with django_assert_num_queries(1):
        assert len(found(event, limit=30)) == 1
    for number in range(29):
        vector(make_event(title=f"B{number}"), number)
    with django_assert_num_queries(1):
        assert len(found(event, limit=30)) == 30


def test_without_anything_alike_there_is_nothing(learn):
    assert alike(make_event(), now=timezone.now(), limit=4) == []
