"""Several sources list one event.

Joined on arrival, compared when they change, separated by a moderator, found when they become similar.
"""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.rights import PIPELINE
from events import services as events
from events.models import DuplicateMatch, Event, Listing
from events.records import Likeness, Outcome
from moderation import services as moderation
from moderation.enums import ReviewKind, Verdict
from moderation.models import Review
from outbox.models import Change
from pipeline.contract.lookups import Wanted
from pipeline.contract.normalized import Flag
from pipeline.matching.text import fold
from sources.ingest.rematch import rematch, rematch_changed
from sources.models import Source, StagedEvent
from sources.queries.alike import candidates
from tests.factories import (
    NOW,
    make_city,
    make_entry,
    make_origin,
    make_staff,
    normalized,
    publish_all,
    record_event,
)
from tests.sources.feeds import Told, feed_source, reported, take

pytestmark = pytest.mark.django_db
LIKE = Likeness(
    event_id=UUID(int=1), similarity=0.99, match_fields={"title": 0.99}, reasons="titles 0.99 alike"
)
HALL = "Blue Room, 12th Main, Indiranagar, Bengaluru"


def festival(uid: str, title: str = "Indiranagar Food Festival", **fields: object) -> Told:
    return reported(
        0, **{"uid": uid, "title": title, "start": NOW + timedelta(days=3), "place": HALL, **fields}
    )


@pytest.fixture
def two() -> tuple[Source, Source]:
    """Two calendars with one festival, the first more trusted."""
    one, other = feed_source("one"), feed_source("other", trust="normal")
    take(one, [festival("a@one")])
    take(
        other,
        [festival("b@other", "Food Festival at Indiranagar", start=NOW + timedelta(days=3, minutes=30))],
    )
    return one, other


def joined() -> Listing:
    return Listing.objects.get(external_id="b@other")


def test_a_listing_that_joins_keeps_the_evidence(two: tuple[Source, Source]) -> None:
    event = Event.objects.get()
    assert event.listings.count() == 2
    listing = joined()
    assert listing.joined_at is not None
    assert "starts 30 min apart" in listing.joined["reasons"]
    assert Listing.objects.get(external_id="a@one").joined_at is None


def test_the_same_again_changes_nothing_and_tells_nobody() -> None:
    event = record_event(title="Indiranagar Food Festival", origin=make_origin(slug="a"), external_id="a")
    said = make_entry(
        event=normalized(title="Food Festival at Indiranagar", external_id="b"),
        event_id=event.id,
        merged=LIKE,
    )
    seen = []
    for hours in (0, 2):
        (row,) = events.record_events(
            [said], origin=make_origin(slug="b"), judge=publish_all, now=NOW + timedelta(hours=hours)
        )
        seen.append([list(model.objects.order_by("pk").values()) for model in (Event, Listing, Change)])
    assert row.outcome is Outcome.UNCHANGED
    assert seen[0] == seen[1]


def test_a_change_that_waits_goes_on_waiting_when_the_others_speak(two: tuple[Source, Source]) -> None:
    one, other = two
    shown = Event.objects.values_list("title", "url", "start_at").get()
    linked = festival(
        "b@other",
        "Food Festival at Indiranagar",
        start=NOW + timedelta(days=3, minutes=30),
        lines=("URL:https://other.example/b",),
    )
    take(other, [linked])
    review = Review.objects.get(kind="change")
    assert take(one, [festival("a@one", lines=("CATEGORIES:Food",))]).changed == 1
    review.refresh_from_db()
    assert (review.state, Event.objects.values_list("title", "url", "start_at").get()) == ("open", shown)
    moderation.decide(review.pk, Verdict.DECLINE_CHANGE, by=make_staff())
    take(one, [festival("a@one", lines=("CATEGORIES:Food,Music",))])
    assert Event.objects.values_list("title", "url", "start_at").get() == shown
    assert not Review.objects.filter(kind="change", state="open").exists()


def test_taken_out_by_a_person_it_stays_out(two: tuple[Source, Source]) -> None:
    event, person = Event.objects.get(), make_staff()
    alone = events.take_out(joined().id, by=person)
    event.refresh_from_db()
    assert (event.title, event.start_at) == ("Indiranagar Food Festival", NOW + timedelta(days=3))
    assert (alone.title, alone.start_at) == (
        "Food Festival at Indiranagar",
        NOW + timedelta(days=3, minutes=30),
    )
    assert alone.publication == Event.objects.get(pk=event.pk).publication
    match = DuplicateMatch.objects.get()
    assert (match.outcome, match.by_person) == ("different", True)
    changed = festival(
        "b@other",
        "Food Festival at Indiranagar",
        start=NOW + timedelta(days=3, minutes=30),
        lines=("URL:https://other.example/b",),
    )
    take(two[1], [changed])
    assert joined().event_id == alone.id
    assert Event.objects.count() == 2
    report = rematch(since=None, dry=False, now=NOW)
    assert (report.merged, report.asked) == (0, 0)


def move(two: tuple[Source, Source], days: int) -> None:
    take(
        two[1],
        [
            festival(
                "b@other", "Food Festival at Indiranagar", start=NOW + timedelta(days=3 + days, minutes=30)
            )
        ],
    )


def test_a_joined_listing_that_moves_away_asks_and_changes_nothing_public(two: tuple[Source, Source]) -> None:
    before, told_before = Event.objects.values().get(), Change.objects.count()
    move(two, 7)
    assert Event.objects.values().get() == before
    assert Change.objects.count() == told_before
    described = festival(
        "b@other",
        "Food Festival at Indiranagar",
        start=NOW + timedelta(days=10, minutes=30),
        lines=("DESCRIPTION:" + "Another story. " * 20,),
    )
    take(two[1], [described])
    assert Event.objects.values().get() == before
    assert joined().mismatched_since is not None
    review = Review.objects.get(kind="match")
    assert (review.object_id, review.state) == (joined().id, "open")
    assert "7 days" in review.reasons[0]
    take(
        two[0], [festival("a@one", lines=("URL:https://one.example/a",))]
    )  # the other goes on; the mismatched one stays silent
    assert Event.objects.get().start_at == NOW + timedelta(days=3)


def test_a_stray_does_not_keep_its_event_seen_and_a_person_who_keeps_it_does(
    two: tuple[Source, Source],
) -> None:
    move(two, 7)
    origin = Listing.objects.get(external_id="a@one").origin
    events.mark_missing([("a@one", "")], origin=origin, now=NOW)
    assert Event.objects.get().freshness == "missing"
    events.keep_listing(joined().id, by=make_staff())
    assert Event.objects.get().freshness == "seen"
    assert Event.objects.get().start_at == NOW + timedelta(days=10, minutes=30)


def test_a_stray_that_began_an_event_is_none_once_that_stands_alone_again() -> None:
    one, other = feed_source("one"), feed_source("other")
    take(one, [festival("a@one")])
    take(
        other,
        [
            reported(
                1,
                uid="b@other",
                title="Quantum Physics Lecture",
                start=NOW + timedelta(days=3, hours=2),
                place=HALL,
            )
        ],
    )
    kept, child = (Listing.objects.get(external_id=name).event_id for name in ("a@one", "b@other"))
    person = make_staff()
    events.merge(kept, child, by=person)
    take(
        other,
        [
            reported(
                1,
                uid="b@other",
                title="Lecture of Quantum Physics",
                start=NOW + timedelta(days=9),
                place=HALL,
            )
        ],
    )
    assert joined().mismatched_since is not None
    assert Event.objects.get(pk=kept).start_at == NOW + timedelta(days=3)
    events.unmerge(child, by=person)
    assert joined().mismatched_since is None
    again = Event.objects.get(pk=child)
    assert (again.title, again.start_at) == ("Lecture of Quantum Physics", NOW + timedelta(days=9))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_what_the_checks_found_in_any_listing_is_found_in_the_event(order: tuple[int, int, int]) -> None:
    event = record_event(
        title="Indiranagar Food Festival", origin=make_origin(slug="first", trust=1.0), external_id="0"
    )
    spam, words, same = (
        Flag(check="spam", reason="reads like spam"),
        Flag(check="profanity", reason="strong words"),
        Flag(check="spam", reason="reads like spam"),
    )
    guess = Flag(check="category", reason="a guess")  # of a listing whose category is not taken
    found = [(spam,), (words, guess), (same,)]
    for number in order:
        said = make_entry(
            event=normalized(
                title="Food Festival at Indiranagar",
                external_id=str(number),
                flags=found[number],
                category="other",
            ),
            event_id=event.id,
            merged=LIKE,
        )
        events.record_events([said], origin=make_origin(slug=f"o{number}"), judge=publish_all, now=NOW)
    told_of = [(flag["check"], flag["reason"]) for flag in Event.objects.get().flags]
    assert told_of == [("profanity", "strong words"), ("spam", "reads like spam")]


def test_a_merge_keeps_what_was_found_in_either_and_undoes_it() -> None:
    one = alike("Indiranagar Food Festival", "a", flags=(Flag(check="spam", reason="reads like spam"),))
    other = alike(
        "Food Festival at Indiranagar", "b", flags=(Flag(check="profanity", reason="strong words"),)
    )
    events.merge(one.id, other.id, by=make_staff())
    assert [flag["check"] for flag in Event.objects.get(pk=one.id).flags] == ["profanity", "spam"]
    events.unmerge(other.id, by=make_staff(email="two@example.org"))
    assert [flag["check"] for flag in Event.objects.get(pk=one.id).flags] == ["spam"]


def test_back_among_the_others_it_counts_again(two: tuple[Source, Source]) -> None:
    move(two, 7)
    move(two, 0)
    assert joined().mismatched_since is None
    assert Review.objects.get(kind="match").state == "withdrawn"


def test_a_person_gives_a_stray_its_own_page_and_may_take_that_back(two: tuple[Source, Source]) -> None:
    move(two, 7)
    review, person = Review.objects.get(kind="match"), make_staff()
    decision = moderation.decide(review.pk, Verdict.DIFFERENT, by=person, version=review.version)
    assert set(Event.objects.values_list("start_at", flat=True)) == {
        NOW + timedelta(days=3),
        NOW + timedelta(days=10, minutes=30),
    }
    assert joined().mismatched_since is None
    moderation.undo(decision.pk, by=person)
    assert Event.objects.exclude(publication="merged").count() == 1


def test_a_person_keeps_a_stray_and_is_not_asked_again(two: tuple[Source, Source]) -> None:
    move(two, 7)
    review = Review.objects.get(kind="match")
    moderation.decide(review.pk, Verdict.MERGE, by=make_staff(), version=review.version)
    assert joined().mismatched_since is None
    moved = festival(
        "b@other",
        "Food Festival at Indiranagar",
        start=NOW + timedelta(days=10, minutes=30),
        lines=("URL:https://other.example/b",),
    )
    take(two[1], [moved])
    assert not Review.objects.filter(kind="match", state="open").exists()


def alike(title: str, slug: str, **fields: object) -> Event:
    return record_event(title=title, origin=make_origin(slug=slug), external_id=slug, **fields)


def test_what_becomes_alike_is_found_dry_first() -> None:
    one = alike("Indiranagar Food Festival", "a")
    other = alike("Quantum Physics Lecture", "b", start=one.start_at + timedelta(minutes=15))
    assert rematch(since=None, dry=False, now=NOW).merged == 0
    events.edit(
        other.id,
        {"title": "Food Festival at Indiranagar"},
        lock_fields=False,
        now=NOW + timedelta(minutes=1),
        by=PIPELINE,
    )
    dry = rematch(since=NOW - timedelta(days=1), dry=True, now=NOW)
    assert (dry.looked_at, dry.merged, Event.objects.filter(publication="merged").count()) == (1, 1, 0)
    assert "Food Festival at Indiranagar" in dry.examples[0]
    report = rematch(since=NOW - timedelta(days=1), dry=False, now=NOW)
    assert report.merged == 1
    other.refresh_from_db()
    assert other.merged_into_id == one.id
    events.unmerge(other.id, by=make_staff())
    again = rematch(since=None, dry=False, now=NOW)
    assert (again.merged, again.asked, Review.objects.count()) == (0, 0, 0)


def test_what_waits_for_a_person_is_asked_about_and_asked_once() -> None:
    alike("Indiranagar Food Festival", "a")
    waiting = alike("Food Festival at Indiranagar", "b", approved=False)
    assert rematch(since=None, dry=False, now=NOW).asked == 1
    assert rematch(since=None, dry=False, now=NOW).asked == 0
    review = Review.objects.get(kind="match")
    assert review.object_id == waiting.id
    moderation.decide(review.pk, Verdict.DIFFERENT, by=make_staff(), version=review.version)
    assert rematch(since=None, dry=False, now=NOW).asked == 0


def test_people_who_set_one_field_to_different_values_are_not_overruled() -> None:
    one, other = alike("Indiranagar Food Festival", "a"), alike("Food Festival at Indiranagar", "b")
    events.edit(one.id, {"capacity": 100}, by=PIPELINE)
    events.edit(other.id, {"capacity": 200}, by=PIPELINE)
    report = rematch(since=None, dry=False, now=NOW)
    assert (report.merged, report.left, report.asked) == (0, 0, 1)
    assert "different values" in report.examples[0]
    review = Review.objects.get(kind="match")
    assert (review.object_id, len(review.reasons)) == (other.id, 2)
    assert rematch(since=None, dry=False, now=NOW).asked == 0
    moderation.decide(review.pk, Verdict.MERGE, by=make_staff(), version=review.version)
    assert Event.objects.exclude(publication="merged").get().capacity == 100


@pytest.mark.parametrize("kind", [ReviewKind.MATCH, ReviewKind.EVENT])
def test_what_an_event_may_be_is_kept_when_it_is_asked_about_again(kind: ReviewKind) -> None:
    waiting = alike("Food Festival at Indiranagar", "b", approved=False)
    kinds = {"kind": kind, "object_id": waiting.id, "title": waiting.title}
    first, second = (UUID(int=number) for number in (1, 2))
    for other, likeness in ((first, 0.5), (second, 0.6), (first, 0.7)):
        like = {"event": str(other), "similarity": likeness, "reasons": "titles alike"}
        moderation.file_reviews([moderation.Filing(**kinds, evidence={"similar": [like]})])
    likes = Review.objects.get().evidence["similar"]
    assert {like["event"]: like["similarity"] for like in likes} == {str(first): 0.7, str(second): 0.6}
    Review.objects.all().delete()
    both = [
        moderation.Filing(**kinds, evidence={"similar": [{"event": str(other)}]}, reasons=(f"{other}",))
        for other in (first, second)
    ]
    assert moderation.file_reviews(both) == 1
    assert len(Review.objects.get().evidence["similar"]) == len(Review.objects.get().reasons) == 2


def test_what_was_staged_follows_its_listing(two: tuple[Source, Source]) -> None:
    def staged() -> tuple[UUID, str]:
        row = StagedEvent.objects.get(external_id="b@other")
        return row.event_id, row.state

    event, person = Event.objects.get(), make_staff()
    assert staged() == (event.id, "duplicate")
    alone = events.take_out(joined().id, by=person)
    assert staged() == (alone.id, "recorded")
    events.merge(event.id, alone.id, by=person)
    assert staged()[0] == event.id
    events.unmerge(alone.id, by=person)
    assert staged() == (alone.id, "recorded")


def test_the_periodic_task_looks_at_what_changed_since_it_was_last_done(settings: object) -> None:
    alike("Indiranagar Food Festival", "a")
    other = alike("Quantum Physics Lecture", "b")
    rematch_changed(now=NOW)
    events.edit(
        other.id,
        {"title": "Food Festival at Indiranagar"},
        lock_fields=False,
        now=NOW + timedelta(minutes=1),
        by=PIPELINE,
    )
    assert rematch_changed(now=NOW + timedelta(minutes=10)).merged == 1
    assert rematch_changed(now=NOW + timedelta(days=2)).looked_at == 0


def wanted(number: int) -> Wanted:
    return Wanted(
        city="bengaluru",
        day=(NOW + timedelta(days=1)).date(),
        title=f"raga {number}",
        url=f"https://example.org/{number}",
    )


def test_one_question_for_any_number_of_wanted_and_present_events() -> None:
    make_city()
    for number in range(30):
        alike(f"Raga {number}", f"s{number}")
    counts = []
    for size in (2, 1000):
        with CaptureQueriesContext(connection) as captured:
            found = candidates([wanted(number) for number in range(size)], source_key="")
        counts.append(len(captured))
    assert counts == [3, 3]
    assert len(found.events) == 30
    assert found.events[0].source == str(Listing.objects.get(event=found.events[0].id).origin_id)


@pytest.mark.parametrize(
    ("held", "title"),
    [
        ("Scala Days Bengaluru", "ScalaDays"),
        ("RubyKaigi 2026", "Ruby Kaigi"),
        ("Conference on Computer Vision (CVPR)", "CVPR 2026"),
        ("Elohim, Sarindipity", "Elohim"),
    ],
)
def test_titles_without_a_common_word_are_found_by_their_letters(held: str, title: str) -> None:
    make_city()
    event = alike(held, "a")
    wanted = Wanted(city="bengaluru", day=(NOW + timedelta(days=1)).date(), title=fold(title))
    assert [one.id for one in candidates([wanted], source_key="").events] == [str(event.id)]


def test_the_city_s_name_brings_no_titles_forward() -> None:
    make_city()
    for number in range(14):
        alike(f"{'abcdefghijklmn'[number] * 9} - Bengaluru", f"other {number}")
    event = alike("The Lost Boys", "a")
    wanted = Wanted(
        city="bengaluru", day=(NOW + timedelta(days=1)).date(), title=fold("Lost Boys Musical - Bengaluru")
    )
    assert [one.id for one in candidates([wanted], source_key="").events] == [str(event.id)]


def test_days_alone_are_looked_for_further_away_and_what_has_no_city_by_its_point() -> None:
    make_city()
    dated = alike("Raga Festival", "a", start=(NOW + timedelta(days=4)).date(), end=None, time_known=False)
    outside = alike("Raga Festival", "b", city="mysuru")
    Event.objects.filter(pk=outside.pk).exists()
    day = (NOW + timedelta(days=1)).date()
    near = Wanted(city="bengaluru", day=day, title="raga festival")
    assert [one.id for one in candidates([near], source_key="").events] == [str(dated.id)]
    far = Wanted(city="bengaluru", day=day - timedelta(days=2), title="raga festival", dated=True)
    assert candidates([far], source_key="").events == []
    nowhere = Wanted(city="", day=day, title="raga festival", lat=12.9, lng=77.6)
    assert candidates([nowhere], source_key="").events == []
