"""Duplicates side by side: compared, merged with chosen values, kept apart, found by a title, and all of it undone."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from events.enums import Publication
from events.models import DuplicateMatch, Event, EventImage
from moderation import services
from moderation.desk.reasons import reasons_in_words
from moderation.enums import ReviewKind, Verdict
from moderation.models import Review
from moderation.services.pairing import Pairing
from places.models import Place, PlaceMatch
from tests.factories import (
    make_city,
    make_event,
    make_origin,
    make_person,
    make_place,
    make_staff,
    record_event,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff())
    return client


def events(*titles):
    return [
        record_event(title=title, origin=make_origin(slug=f"s{n}"), external_id=f"{n}")
        for n, title in enumerate(titles)
    ]


def asked(subject, *others, kind=ReviewKind.MATCH):
    similar = [
        {"event": str(one.id), "similarity": 0.84, "reasons": "titles 0.92 alike; 40 m apart; numbers differ"}
        for one in others
    ]
    filing = services.Filing(
        kind=kind,
        object_id=subject.id,
        title=subject.title,
        starts_at=subject.start_at,
        city_id=subject.city_id,
        evidence={"similar": similar},
    )
    services.file_reviews([filing])
    return Review.objects.get(object_id=subject.id, kind=kind, state="open")


def rows():
    own = {"version", "updated_at", "moderated_at", "moderated_by_id"}
    return [{k: v for k, v in row.items() if k not in own} for row in Event.objects.order_by("id").values()]


def page_of(review):
    return reverse("admin:moderation_review_change", args=[review.pk])


def decide(desk, review, **body):
    review.refresh_from_db()
    return desk.post(
        reverse("admin:moderation_review_decide", args=[review.pk]), {"version": review.version, **body}
    )


# --- the verdicts ---


def test_several_are_merged_with_chosen_values_the_other_way_round_and_undone_as_one(desk):
    subject, one, two, three = events("Jazz Night", "Jazz at Night", "Night of Jazz", "Jazz Brunch")
    before, review = rows(), asked(subject, one, two, three)
    body = {"same": [one.id, two.id], "stays": subject.id, "value-title": two.id}
    body["seen"] = [f"{event.id}:{event.version}" for event in (subject, one, two, three)]
    decide(desk, review, verdict="merge", **body)
    subject.refresh_from_db()
    review.refresh_from_db()
    assert set(Event.objects.filter(merged_into=subject)) == {one, two}
    assert (subject.title, subject.locked_fields) == ("Night of Jazz", ["title"])
    assert (review.state, [like["event"] for like in review.evidence["similar"]]) == ("open", [str(three.id)])
    services.undo(review.decisions.get().pk, by=User.objects.get())
    review.refresh_from_db()
    assert rows() == before
    assert len(review.evidence["similar"]) == 3


def test_who_is_left_is_asked_about_the_survivor_until_the_merge_is_undone():
    subject, one, two = events("Jazz Night", "Jazz at Night", "Night of Jazz")
    review, person = asked(subject, one, two), make_staff()
    done = services.decide(review.pk, Verdict.MERGE, by=person, pairing=Pairing(others=(one.id,)))
    onward = Review.objects.get(object_id=one.id, state="open")
    assert [like["event"] for like in onward.evidence["similar"]] == [str(two.id)]
    services.undo(done.pk, by=person)
    states = set(Review.objects.values_list("object_id", "state"))
    assert states == {(subject.id, "open"), (one.id, "withdrawn")}


def test_not_the_same_is_remembered_and_undone_with_what_was_known_before():
    subject, one, two = events("Jazz Night", "Jazz at Night", "Night of Jazz")
    first, second = sorted([subject.id, one.id])
    DuplicateMatch.objects.create(
        first_id=first, second_id=second, similarity=0.84, outcome="ask", reasons="same start"
    )
    review, person = asked(subject, one, two), make_staff()
    done = services.decide(review.pk, Verdict.DIFFERENT, by=person, pairing=Pairing(others=(one.id, two.id)))
    review.refresh_from_db()
    assert (review.state, DuplicateMatch.objects.filter(outcome="different").count()) == ("decided", 2)
    services.undo(done.pk, by=person)
    review.refresh_from_db()
    known = DuplicateMatch.objects.get()
    assert (known.outcome, known.by_person, known.reasons) == ("ask", False, "same start")
    assert (review.state, len(review.evidence["similar"])) == ("open", 2)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"stays": "00000000-0000-0000-0000-000000000001"}, "one of those that are merged"),
        ({"value-slug": True}, "There is no field"),
        ({"seen": 7}, "has changed since you looked"),
        ({"same": "no id"}, "could not be read"),
    ],
)
def test_what_cannot_be_merged_is_refused_with_words(desk, body, words):
    subject, one = events("Jazz Night", "Jazz at Night")
    if "value-slug" in body:
        body = {"value-slug": one.id}
    if "seen" in body:
        body = {"seen": f"{one.id}:7"}
    answer = decide(desk, asked(subject, one), verdict="merge", **{"same": one.id, **body})
    page = desk.get(answer.url).content.decode()
    assert words in page
    assert not Event.objects.filter(publication=Publication.MERGED).exists()


def test_venues_are_merged_with_chosen_values_which_the_undoing_takes_back(desk):
    one = make_place(name="Blue Room", address="12 MG Road", phone="", lat=12.9, lng=77.6)
    other = make_place(name="The Blue Room", address="12 M.G. Road", phone="+91 80 1", lat=12.9003, lng=77.6)
    first, second = sorted([one, other], key=lambda place: place.id)
    match = PlaceMatch.objects.create(
        first=first, second=second, similarity=0.8, outcome="ask", reasons="one name is part of the other"
    )
    side = lambda place: {"id": str(place.id), "name": place.name}  # noqa: E731
    services.file_reviews(
        [
            services.Filing(
                kind=ReviewKind.VENUE,
                object_id=match.id,
                title="two",
                city_id=one.city_id,
                evidence={"places": [side(first), side(second)], "similarity": 0.8, "why": match.reasons},
            )
        ]
    )
    review, before = (
        Review.objects.get(),
        list(Place.objects.order_by("id").values("name", "address", "phone", "locked_fields", "state")),
    )
    page = desk.get(page_of(review)).content.decode()
    for words in (
        "33 m apart",
        "One name is part of the other.",
        "80 of 100",
        'name="value-address"',
        '<svg class="apart"',
    ):
        assert words in page
    decide(desk, review, verdict="merge", stays=one.id, **{"value-name": other.id, "value-point": one.id})
    one.refresh_from_db()
    assert (one.name, one.phone, one.locked_fields) == (
        "The Blue Room",
        "+91 80 1",
        ["lat", "lng", "name", "plus_code"],
    )
    services.undo(review.decisions.get().pk, by=User.objects.get())
    assert (
        list(Place.objects.order_by("id").values("name", "address", "phone", "locked_fields", "state"))
        == before
    )


# --- the pages ---


def test_the_comparison_shows_differences_distance_pictures_and_reasons_in_plain_words(desk):
    here = make_event(
        title="Jazz Night",
        category_id="music",
        subcategory="indian_classical",
        lat=12.9,
        lng=77.6,
        price_type="paid",
        price_min=100,
        price_max=100,
        price_currency="INR",
    )
    there = make_event(title="Jazz Nights", lat=12.9003, lng=77.6)
    for event in (here, there):
        EventImage.objects.create(
            event=event,
            source_url="https://x.example/a",
            url="/media/a.webp",
            state="stored",
            content_hash="a" * 64,
        )
    page = desk.get(page_of(asked(here, there))).content.decode()
    for words in (
        "Jazz <del>Night</del>", "Sat 21 Nov 2026, 20:00 IST", "₹100", "Indian classical", "A and B: 33 m apart", "The numbers in the titles differ.",
        "A and B have the same picture.", 'src="/media/a.webp"', 'name="value-title"', 'name="stays"',
    ):  # fmt: skip
        assert words in page.replace("<ins>s</ins>", "s").replace("Night<del>s</del>", "<del>Night</del>"), (
            words
        )
    assert "start_at" not in page


def test_a_comparison_costs_the_same_for_one_and_for_four(desk):
    subject, *others = events(
        "Jazz Night", "Jazz at Night", "Night of Jazz", "Jazz", "Nightly Jazz", "More Jazz"
    )
    counts = []
    for candidates in (others[:1], others):
        Review.objects.all().delete()
        address = page_of(asked(subject, *candidates))
        desk.get(address)
        with CaptureQueriesContext(connection) as made:
            page = desk.get(address).content.decode()
        counts.append(len(made))
    assert counts[0] == counts[1]
    assert "1 more may be the same" in page


def test_what_may_be_the_same_is_compared_before_it_is_merged(desk):
    subject, one, two = events("Jazz Night", "Jazz at Night", "Raga at Dusk")
    review = asked(subject, one, kind=ReviewKind.EVENT)
    way = reverse("admin:moderation_review_compare", args=[review.pk])
    assert way in desk.get(page_of(review)).content.decode()
    page = desk.get(way, {"other": two.id, "stays": subject.id}).content.decode()
    assert f'name="stays" value="{subject.id}" checked' in page
    assert f'name="same" value="{two.id}" checked' in page
    part = desk.get(way, {"part": "1", "other": one.id, "same": one.id}).content.decode()
    assert part.lstrip().startswith('<div class="pair"')
    decide(desk, review, verdict="merge", same=two.id, stays=two.id)
    subject.refresh_from_db()
    assert subject.merged_into_id == two.id


def test_same_as_finds_by_title_near_in_time_first_and_only_in_the_moderators_cities(client):
    city, elsewhere = make_city(), make_city(slug="vienna", name="Vienna", timezone="Europe/Vienna")
    subject = make_event(title="Jazz Night")
    soon, late = (
        make_event(title="Café Jazz"),
        make_event(title="Jazz Brunch", start=subject.start_at.replace(year=2027)),
    )
    (
        make_event(title="Jazz in Vienna", city=elsewhere),
        make_event(title="Jazz that is gone", publication="removed"),
    )
    review = asked(subject, late)
    client.force_login(
        make_person(rights=["moderation.view_review", "moderation.change_review"], cities=[city])
    )
    way = reverse("admin:moderation_review_same", args=[review.pk])

    def find(words):
        rows = client.get(way, {"q": words, "as": "json"}).json()["results"]
        return [row["title"] for row in rows]

    assert find("jazz") == [soon.title, late.title]
    assert find("cafe jaz") == [soon.title]
    assert find("cafee jazz") == [soon.title]  # a typing error
    assert find(f"https://nocturne.example/events/jazz-brunch-{late.id.hex}/") == [late.title]
    assert find("j") == find("%_") == find("nothing of that name") == []
    page = client.get(way, {"q": "brunch"}).content.decode()
    assert f"?other={late.id}" in page


def test_a_reason_of_the_matchers_is_said_in_a_sentence():
    said = reasons_in_words(
        "same link; titles 0.41 alike; starts 4 h apart; starts 5 h 30 min apart, as a zone is from UTC; "
        "40 m apart; 1.2 km apart; names differ (0.55 alike); something new"
    )
    assert [(one.words, one.speaks_for) for one in said] == [
        ("Both lead to the same page.", True),
        ("The titles are not alike (41 of 100).", False),
        ("They start 4 h apart.", False),
        (
            "They start 5 h 30 min apart, just what the time zone differs from UTC: one time may be wrong.",
            True,
        ),
        ("They are 40 m apart.", True),
        ("They are 1.2 km apart.", False),
        ("The names are not alike (55 of 100).", False),
        ("Something new.", True),
    ]
