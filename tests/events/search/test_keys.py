"""Words, city and category are found in one index; what is found is what the single conditions say."""

import pytest

from events.filters import EventFilter
from events.models import EventSearch
from events.queries import filtered, public
from events.tasks import refresh_named
from tests.factories import EVENING, make_city, make_event

pytestmark = pytest.mark.django_db


def found(**wanted) -> set[str]:
    return {event.title for event in filtered(public(), EventFilter(**wanted), now=EVENING)}


def test_words_in_a_city_and_a_category_are_asked_of_one_index():
    city = make_city()
    make_event(title="Jazz here", city=city, category_id="music")
    make_event(title="Jazz film", city=city, category_id="film")
    make_event(title="Jazz there", city=make_city(slug="pune", name="Pune"), category_id="music")
    make_event(title="Jazz nowhere", city=None, category_id="music")
    make_event(title="Poetry", city=city, category_id="music")
    assert found(q="jazz", city=city.slug) == {"Jazz here", "Jazz film"}
    assert found(q="jazz", city=city.slug, categories=("music",)) == {"Jazz here"}
    assert found(q="jazz", categories=("music", "film")) == {
        "Jazz here",
        "Jazz film",
        "Jazz there",
        "Jazz nowhere",
    }
    assert found(city=city.slug, categories=("music",), category_words="film") == {
        "Jazz here",
        "Jazz film",
        "Poetry",
    }
    assert found(q="-jazz", city=city.slug) == {"Poetry"}


def test_no_question_asks_for_a_key():
    make_event(title="Talk", category_id="music")
    assert "'=category.music'" in str(EventSearch.objects.extra(select={"text": "document::text"}).get().text)  # type: ignore[attr-defined]
    for words in ("=category.music", "'=category.music'", "=", '"=category.music"'):
        assert found(q=words, category_words="x") in ({"Talk"}, set())
    assert found(q="=category.film") == set()


def test_a_city_with_another_slug_is_followed(django_capture_on_commit_callbacks, monkeypatch):
    monkeypatch.setattr(refresh_named, "delay", refresh_named)
    city = make_city()
    make_event(title="Jazz", city=city)
    with django_capture_on_commit_callbacks(execute=True):
        city.slug = "newtown"
        city.save()
    assert found(q="jazz", city="newtown") == {"Jazz"}
