"""A moderator sees, finds and changes what belongs to their own cities, and nothing of others, whichever way they try."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.rights import Actor, RightMissing
from accounts.roles import Role, ensure_roles
from events import services as events
from events.enums import Happening, Publication
from events.models import DuplicateMatch, Event, Proposal
from moderation import services as moderation
from moderation.enums import ReviewKind, Verdict
from moderation.models import Decision, Review
from moderation.queries import count_open_for
from places import services as places
from places.models import City, CityModerator
from places.queries import cities_of, may_in, require_city
from sources.models import Alert
from sources.runs.cancel import cancel
from sources.setup import switch
from sources.triggers.start import start
from tests.factories import (
    NOW,
    make_area,
    make_city,
    make_person,
    make_place,
    make_run,
    make_source,
    record_event,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(db: None) -> City:
    return make_city(slug="bengaluru")


@pytest.fixture
def there(db: None) -> City:
    return make_city(slug="goa")


@pytest.fixture
def moderator(here: City) -> User:
    """A moderator of one city, by the shipped group."""
    ensure_roles()
    person = make_person(email="mod@example.org", cities=[here])
    person.groups.add(Group.objects.get(name=Role.MODERATOR))
    return User.objects.get(pk=person.pk)


@pytest.fixture
def desk(client: Client, moderator: User) -> Client:
    client.force_login(moderator)
    return client


def make_rows(city: City, word: str) -> dict[str, Any]:
    """One row of every kind that belongs to a city, each with `word` in what lists show."""
    event = record_event(title=f"{word} event", city=city.slug)
    place = make_place(name=f"{word} place", city=city)
    source = make_source(slug=word.lower(), name=f"{word} source", city=city)
    review = Review.objects.create(kind="event", object_id=event.pk, title=f"{word} review", city=city)
    return {
        "events_event": event,
        "places_place": place,
        "places_area": make_area(slug=f"{word.lower()}-area", city=city, name=f"{word} area"),
        "sources_source": source,
        "sources_fetchrun": make_run(source=source),
        "sources_alert": Alert.objects.create(key=word, title=f"{word} alert", source=source, raised_at=NOW),
        "moderation_review": review,
        "moderation_decision": Decision.objects.create(review=review, object_id=event.pk, verdict="approve", note=f"{word} note"),
    }  # fmt: skip


@pytest.fixture
def rows(here: City, there: City) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rows of the own city, and those of the other."""
    return make_rows(here, "Near"), make_rows(there, "Far")


KINDS = (
    "events_event", "places_place", "places_area", "sources_source", "sources_fetchrun", "sources_alert", "moderation_review", "moderation_decision",
)  # fmt: skip


def test_lists_with_their_filters_and_searches_show_the_own_city_alone(desk: Client, rows: Any):
    for kind in KINDS:
        for query in ("", "?q=Far", "?_facets=True", "?city__slug=goa"):
            page = desk.get(reverse(f"admin:{kind}_changelist") + query, follow=True).content.decode()
            assert (kind, query, "Far " in page, "Goa" in page) == (kind, query, False, False)
        assert "Near" in desk.get(reverse(f"admin:{kind}_changelist")).content.decode()


def test_a_typed_address_of_another_city_leads_nowhere(desk: Client, rows: Any):
    pages = [(f"{kind}_{page}", kind) for kind in KINDS for page in ("change", "history", "delete")]
    pages += [("events_event_unmerge", "events_event"), ("sources_fetchrun_progress", "sources_fetchrun")]
    pages += [("moderation_review_decide", "moderation_review"), ("sources_source_sample", "sources_source")]
    for page, kind in pages:
        address = reverse(f"admin:{page}", args=[rows[1][kind].pk])
        assert (page, {desk.get(address).status_code, desk.post(address).status_code} <= {403, 404}) == (
            page,
            True,
        )


def test_an_autocomplete_offers_the_own_city_alone(desk: Client, rows: Any):
    for field in ("place", "area", "city"):
        asked = {"app_label": "events", "model_name": "event", "field_name": field, "term": ""}
        found = [one["text"] for one in desk.get(reverse("admin:autocomplete"), asked).json()["results"]]
        assert found
        assert not [text for text in found if "Far" in text or "Goa" in text]


def test_the_way_to_the_site_is_no_way_round(desk: Client, rows: Any):
    kind = ContentType.objects.get_for_model(Event).pk
    address = reverse("admin:view_on_site", args=[kind, rows[1]["events_event"].pk])
    assert desk.get(address).status_code == 404


def test_the_api_lists_and_counts_the_own_city_alone(desk: Client, rows: Any):
    for path in ("sources", "runs", "alerts"):
        answer = desk.get(f"/api/v1/admin/{path}").json()
        assert answer["total"] == len(answer["results"]) == 1
        assert "far" not in str(answer).lower()


def test_the_api_tells_nothing_of_a_run_elsewhere_nor_of_all_runs(desk: Client, rows: Any):
    elsewhere = f"/api/v1/admin/runs/{rows[1]['sources_fetchrun'].pk}"
    asked = (elsewhere, "/api/v1/admin/pipeline/status", "/api/v1/admin/pipeline/metrics")
    assert [desk.get(path).status_code for path in asked] == [404, 403, 403]


def test_the_queue_counts_and_leads_on_in_the_own_city(desk: Client, moderator: User, rows: Any):
    page = desk.get(
        reverse("admin:moderation_review_change", args=[rows[0]["moderation_review"].pk])
    ).content.decode()
    assert count_open_for(moderator) == 1
    assert 'data-live-topics="desk:queue:bengaluru"' in page
    assert str(rows[1]["moderation_review"].pk) not in page


def test_an_action_on_rows_of_another_city_does_nothing(desk: Client, rows: Any):
    far = rows[1]["events_event"]
    desk.post(
        reverse("admin:events_event_changelist"), {"action": "remove", "_selected_action": [str(far.pk)]}
    )
    assert Event.objects.get(pk=far.pk).publication == Publication.APPROVED


def test_an_event_cannot_be_moved_into_another_city(moderator: User, rows: Any, there: City):
    near = rows[0]["events_event"]
    for values in ({"city_id": there.pk}, {"city_id": None}, {"place_id": rows[1]["places_place"].pk}):
        with pytest.raises(RightMissing, match="another city"):
            events.edit(near.pk, values, by=moderator)


#: What a person may do to an event, a place, a review, a source and a run, by the name of its row.
DOORS: list[tuple[str, Callable[[Any, Actor], Any]]] = [
    ("events_event", lambda row, by: events.change_status(row.pk, Publication.REMOVED, by=by)),
    ("events_event", lambda row, by: events.change_happening(row.pk, Happening.CANCELLED, by=by)),
    ("events_event", lambda row, by: events.edit(row.pk, {"title": "Other"}, by=by)),
    ("events_event", lambda row, by: events.unmerge(row.pk, by=by)),
    ("events_event", lambda row, by: events.take_out(row.listings.get().pk, by=by)),
    ("events_event", lambda row, by: events.keep_listing(row.listings.get().pk, by=by)),
    ("events_event", lambda row, by: events.decide_proposals(row.pk, accept=True, by=by)),
    ("events_event", lambda row, by: events.undo_edit(row.pk, {}, by=by)),
    ("events_event", lambda row, by: events.undo_answers(row.pk, [], by=by)),
    ("places_place", lambda row, by: places.uncorrect_place(row.pk, {}, by=by, now=NOW)),
    ("events_event", lambda row, by: events.decide_proposal(_proposal(row).pk, accept=True, by=by)),
    ("places_place", lambda row, by: places.correct_place(row.pk, {"phone": "1"}, by=by)),
    ("places_place", lambda row, by: places.learn_words(row, [("A", "", None)], by=by)),
    ("places_place", lambda row, by: places.forget_words(row, by=by)),
    ("places_place", lambda row, by: events.preview_spread(row.pk, by=by)),
    ("places_place", lambda row, by: events.spread(row.pk, by=by, now=NOW)),
    ("places_place", lambda row, by: events.take_back(row.pk, by=by, now=NOW)),
    ("moderation_review", lambda row, by: moderation.claim(row.pk, by=by)),
    ("moderation_review", lambda row, by: moderation.take_over(row.pk, by=by)),
    ("moderation_review", lambda row, by: moderation.keep(row.pk, by=by)),
    ("moderation_review", lambda row, by: moderation.decide(row.pk, Verdict.REMOVE, by=by, reason="spam")),
    ("moderation_decision", lambda row, by: moderation.undo(row.pk, by=by)),
    ("sources_source", lambda row, by: start(row, by=by, now=NOW)),
    ("sources_source", lambda row, by: switch.enable(row, by=by, now=NOW)),
    ("sources_source", lambda row, by: switch.disable(row, by=by, now=NOW)),
    ("sources_source", lambda row, by: switch.reset(row, by=by, now=NOW)),
    ("sources_fetchrun", lambda row, by: cancel(row.pk, by=by, now=NOW)),
]
RIGHTS = (
    "events.change_event", "events.publish_event", "events.merge_event", "places.change_place", "places.merge_place", "moderation.change_review",
    "sources.run_source", "sources.change_source",
)  # fmt: skip


def _proposal(event: Event) -> Proposal:
    listing = event.listings.get()
    return Proposal.objects.create(event=event, origin=listing.origin, fields={})


def test_a_service_refuses_who_has_the_right_in_another_city(here: City, there: City):
    rows, bound = make_rows(there, "Far"), make_person(rights=RIGHTS, cities=[here])
    for kind, call in DOORS:
        with pytest.raises(RightMissing) as refused:
            call(rows[kind], bound)
        assert refused.value.permission == "places.oversee_city"


@pytest.mark.parametrize("merge", ["merge", "mark_different", "merge_places", "mark_places_different"])
def test_a_pair_of_two_cities_needs_both(rows: Any, here: City, there: City, merge: str):
    kind, doors = ("places_place", places) if "places" in merge else ("events_event", events)
    pair = [group[kind].pk for group in rows]
    with pytest.raises(RightMissing, match="another city"):
        getattr(doors, merge)(*pair, by=make_person(email="a@example.org", rights=RIGHTS, cities=[here]))
    getattr(doors, merge)(*pair, by=make_person(email="b@example.org", rights=RIGHTS, cities=[here, there]))


def test_a_pair_of_two_cities_is_shown_to_who_works_in_both(
    client: Client, rows: Any, here: City, there: City
):
    near, far = (group["events_event"] for group in rows)
    first, second = sorted((near, far), key=lambda event: event.pk)
    DuplicateMatch.objects.create(first=first, second=second, similarity=0.8, outcome="ask")
    likes = [{"event": str(far.pk), "similarity": 0.8, "reasons": "same title"}]
    filing = moderation.Filing(
        kind=ReviewKind.MATCH, object_id=near.pk, title="Two", evidence={"similar": likes}, city_id=here.pk
    )
    moderation.file_reviews([filing])
    seen = []
    for name, cities in (("a", [here]), ("b", [here, there])):
        person = make_person(
            email=f"{name}@example.org",
            rights=("events.view_duplicatematch", "moderation.view_review"),
            cities=cities,
        )
        client.force_login(person)
        pages = (
            client.get(reverse(f"admin:{kind}_changelist")).context["cl"]
            for kind in ("events_duplicatematch", "moderation_review")
        )
        seen.append([len(page.result_list) for page in pages])
    assert seen == [[0, 1], [1, 3]]


def test_a_review_names_no_event_of_another_city(desk: Client, rows: Any):
    review = rows[0]["moderation_review"]
    far = str(rows[1]["events_event"].pk)
    Review.objects.filter(pk=review.pk).update(
        evidence={"similar": [{"event": far, "similarity": 0.8, "reasons": "like"}]}
    )
    page = desk.get(reverse("admin:moderation_review_change", args=[review.pk])).content.decode()
    assert "Far event" not in page
    assert far not in page


def test_a_review_follows_its_event_to_another_city(moderator: User, rows: Any, there: City):
    Event.objects.filter(pk=rows[0]["events_event"].pk).update(city=there)
    assert count_open_for(moderator) == 0


def test_what_belongs_to_no_city_is_for_those_who_oversee_all(moderator: User):
    assert not may_in(moderator, None)
    require_city(make_person(email="senior@example.org", rights=("events.change_event",)), None)


def test_the_cities_of_an_actor_are_read_once(moderator: User, here: City, django_assert_num_queries: Any):
    cities_of(moderator)
    with django_assert_num_queries(0):
        assert cities_of(moderator) == {here.pk}


def test_a_narrowed_list_takes_as_many_queries_for_three_rows_as_for_one(desk: Client, here: City):
    make_rows(here, "One")
    _queries(desk)
    before = _queries(desk)
    make_rows(here, "Two")
    make_rows(here, "Three")
    assert _queries(desk) == before


def _queries(desk: Client) -> dict[str, int]:
    """The queries of each list."""
    found = {}
    for kind in KINDS:
        with CaptureQueriesContext(connection) as captured:
            desk.get(reverse(f"admin:{kind}_changelist"))
        found[kind] = len(captured)
    return found


def test_no_city_is_no_access(client: Client, rows: Any, moderator: User):
    CityModerator.objects.all().delete()
    client.force_login(moderator)
    assert client.get(reverse("admin:events_event_changelist")).context["cl"].result_count == 0
