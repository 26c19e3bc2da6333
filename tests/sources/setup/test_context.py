"""How a source's connector affects the judgement of its events."""

import json
from datetime import timedelta
from typing import Any

import pytest

from events.enums import Publication
from events.models import Event
from pipeline.connectors import registry
from sources.models import Source
from sources.setup.context import (
    context_for,
    origin_of,
    policy_for,
    source_trust_of,
)
from sources.setup.usual import renew, usual_categories, usual_hours
from sources.triggers.load import load
from tests.factories import NOW
from tests.sources.feeds import feed_source, many, payload, reported, take

pytestmark = pytest.mark.django_db

#: Three media whose captions announce the same evening at three places.
MEDIA = {
    "data": [
        {
            "id": f"1{number}",
            "media_type": "IMAGE",
            "caption": f"{title}\nSaturday 12 December, 8pm at House {number}, Indiranagar, Bengaluru. An evening for all who are curious. #live",
            "permalink": f"https://www.instagram.com/p/{number}/",
            "timestamp": "2026-11-20T10:00:00+0000",
        }
        for number, title in enumerate(("Raga at Dusk", "Open Mic Poetry", "Jazz under the Trees"))
    ]
}


def test_every_connector_says_whether_it_is_always_reviewed() -> None:
    reviewed = {name for name, kind in registry.CONNECTORS.items() if kind.metadata.always_review}
    assert "instagram" in reviewed
    for name in registry.names():
        assert source_trust_of(feed_source(f"of-{name}".replace("_", "-"), connector=name)).always_review is (
            name in reviewed
        )


def test_an_unknown_connector_publishes_nothing_by_itself() -> None:
    assert source_trust_of(feed_source(connector="gone")).always_review


def test_captions_of_a_trusted_source_wait_for_a_person() -> None:
    source = feed_source(connector="instagram", trust="trusted", timezone="Asia/Kolkata")
    answer = payload(
        json.dumps(MEDIA).encode(),
        url="https://graph.facebook.com/v25.0/1/recent_media",
        content_type="application/json",
    )
    run = load(source, [answer], now=NOW)
    assert run.events_processed == 3
    assert set(Event.objects.values_list("publication", flat=True)) <= {
        Publication.PENDING,
        Publication.FLAGGED,
    }


def test_clean_events_of_a_trusted_calendar_do_not() -> None:
    take(feed_source(connector="ical", trust="trusted"), many(2))
    assert Publication.APPROVED in set(Event.objects.values_list("publication", flat=True))


def test_requests_are_counted_under_the_platforms_key_by_its_quotas(settings: Any) -> None:
    settings.PLATFORM_KEYS = {"YELP_API_KEY": "hunter2"}
    policy = policy_for(feed_source("of-yelp", connector="yelp"))
    assert policy.quota_key == "env:YELP_API_KEY"
    assert [(quota.requests, quota.seconds) for quota in policy.quotas] == [(5000, 86_400)]
    assert "hunter2" not in repr(policy)


def test_what_is_open_to_all_and_what_is_unknown_is_not_counted() -> None:
    for connector in ("ical", "gone"):
        policy = policy_for(feed_source(f"of-{connector}", connector=connector))
        assert (policy.quota_key, policy.quotas) == ("", ())


def test_robots_txt_is_for_crawling_not_for_an_api_that_wants_a_key() -> None:
    assert not policy_for(feed_source("of-yelp", connector="yelp")).obey_robots
    assert policy_for(feed_source("of-ical", connector="ical")).obey_robots
    assert policy_for(feed_source("of-meetup", connector="meetup")).obey_robots


def test_events_know_what_the_platform_wants_readers_to_see() -> None:
    assert origin_of(feed_source("places", connector="google_places")).credit == "Google Maps"
    assert origin_of(feed_source("town", connector="ical")).credit == ""
    assert origin_of(feed_source("gone", connector="no_longer_there")).credit == ""
    assert all(len(kind.metadata.credit) <= 200 for kind in registry.CONNECTORS.values())


def test_a_source_s_habit_is_the_median_of_enough_ends() -> None:
    source = feed_source()
    take(source, [reported(number, title=f"Raga evening {number}") for number in range(25)])
    (hours,) = set(usual_hours(source, now=NOW).values()) or {0.0}
    assert hours == 2.0
    assert usual_hours(source, now=NOW + timedelta(days=400)) == {}


def test_what_a_source_usually_tells_of_is_what_its_events_are_today() -> None:
    source, other = feed_source("hall"), feed_source("cellar")
    take(source, [reported(number, title=f"Jazz concert {number}") for number in range(4)])
    take(other, [reported(number, title=f"Wine tasting {number}") for number in range(2)])
    assert usual_categories(source, now=NOW) == {"music": 4}
    first, second, *_ = Event.objects.filter(listings__origin=source.pk).order_by("id")
    Event.objects.filter(pk=first.pk).update(category_id="film")  # as a person corrected it
    Event.objects.filter(pk=second.pk).update(publication=Publication.REJECTED)
    assert usual_categories(source, now=NOW) == {"film": 1, "music": 2}
    assert usual_categories(source, now=NOW + timedelta(days=400)) == {}


def test_what_is_usual_is_learnt_once_a_week_and_not_with_each_event() -> None:
    source = feed_source()
    take(source, [reported(number, title=f"Jazz concert {number}") for number in range(25)])
    first = context_for(source, now=NOW)
    assert first.usual_categories == {"music": 25}
    Event.objects.filter(pk__in=Event.objects.values("pk")[:5]).update(category_id="film")
    assert context_for(source, now=NOW) == first
    assert (renew(now=NOW), renew(now=NOW)) == (1, 0)
    learnt = context_for(source, now=NOW)
    assert (learnt.usual_categories, learnt.usual_hours) == ({"film": 5, "music": 20}, {"music": 2.0})


def test_a_vague_event_is_what_its_source_tells_of_in_the_first_run_and_later() -> None:
    vague = {
        "title": "Zweiter Abend",
        "description": "Der zweite von vier Abenden in unserem Saal, mit Pause.",
    }
    concerts = [reported(number, title=f"Jazz concert {number}") for number in range(150)]
    hall, alone = feed_source("hall"), feed_source("alone")
    take(hall, [*concerts, reported(198, **vague)])
    take(hall, [*concerts, reported(198, **vague), reported(199, **vague)])
    take(alone, [reported(300, **vague)])
    kinds = {
        source.slug: set(
            Event.objects.filter(listings__origin=source.pk, title="Zweiter Abend").values_list(
                "category_id", flat=True
            )
        )
        for source in (hall, alone)
    }
    assert kinds["hall"] == {"music"}
    assert "music" not in kinds["alone"]


def test_the_patterns_of_its_lines_are_kept_with_a_source() -> None:
    source = feed_source()
    take(source, [reported(number, title=f"Songs {number} of the sea | Berlin") for number in range(6)])
    assert [one.shown["pattern"] for one in context_for(source, now=NOW).line_patterns or ()] == ["… | town"]
    Source.objects.update(usual={})
    assert (renew(now=NOW), renew(now=NOW)) == (1, 0)
    assert len(context_for(source, now=NOW).line_patterns or ()) == 1
    Source.objects.update(usual={})
    assert context_for(source, now=NOW).line_patterns is None


def test_that_its_lines_have_no_patterns_is_kept_with_a_source() -> None:
    source = feed_source()
    take(source, [reported(number, title=f"Songs {number} of the sea") for number in range(6)])
    assert context_for(source, now=NOW).line_patterns == ()
