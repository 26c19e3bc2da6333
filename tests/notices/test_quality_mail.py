"""The weekly mail on the quality of data: who gets it, once, with what, and what it says to do."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from notices import services
from notices.models import Notice, NoticeChoice
from sources.enums import RunState
from sources.models import DeadLetter, FetchRun
from sources.monitoring import weekly
from sources.tasks import notify_of_quality
from tests.factories import make_city, make_person, make_source
from tests.notices.conftest import send_all

pytestmark = pytest.mark.django_db
#: Monday, 8:30 in Bengaluru, 3:00 in London.
MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def operator(email: str = "ann@example.org", zone: str = "Asia/Kolkata", **fields):
    person = make_person(email=email, **{"rights": ["sources.view_source"], **fields})
    person.timezone = zone
    person.save()
    return person


def ran(source, days_ago: float, **fields) -> FetchRun:
    """A run that ended so many days before that Monday."""
    began = MONDAY - timedelta(days=days_ago)
    said = {
        "state": RunState.SUCCESS,
        "events_found": 20,
        "new": 5,
        "quality": {"events": 20, "mean": 0.9, "problems": []},
        **fields,
    }
    return FetchRun.objects.create(source=source, started_at=began, finished_at=began, **said)


def facts_of(source, *weeks) -> dict:
    """The row of a source in a report."""
    [row] = weekly.report([(source, *weeks)])["sources"]
    return row


def test_it_comes_once_a_week_in_the_morning_by_ones_own_clock():
    ann = operator()
    operator("ben@example.org", zone="Europe/London")
    ran(make_source(), 1)
    hours = [-1, 0, 1, 24, 24 * 7]
    assert [weekly.tell(now=MONDAY + timedelta(hours=hour)) for hour in hours] == [0, 1, 0, 0, 1]
    assert [(row.user, row.period) for row in Notice.objects.order_by("period")] == [
        (ann, "2026-W48"),
        (ann, "2026-W49"),
    ]


def test_a_week_whose_monday_was_missed_is_told_on_tuesday():
    operator()
    ran(make_source(), 1)
    assert weekly.tell(now=MONDAY + timedelta(days=1)) == 1
    assert Notice.objects.get().period == "2026-W48"


def test_nobody_is_told_without_the_right_or_of_other_cities():
    source = make_source(city=make_city(slug="pune"))
    ran(source, 1)
    operator(rights=["moderation.view_review"])
    operator("of-delhi@example.org", cities=[make_city(slug="delhi")])
    assert weekly.tell(now=MONDAY) == 0
    operator("of-pune@example.org", cities=[source.city])
    assert weekly.tell(now=MONDAY) == 1


def test_the_mail_tells_each_source_against_the_week_before_and_what_to_do():
    operator()
    club, hall = make_source(name="Club <b>", slug="club"), make_source(name="Hall", slug="hall")
    problem = {"gate": "completeness", "remedy": "Add a picture.", "count": 7}
    ran(club, 10, events_found=40)
    ran(
        club,
        1,
        events_found=12,
        new=3,
        merged=2,
        dropped={"no start": 4, "past": 9, "listed twice": 1},
        quality={"events": 10, "mean": 0.83, "problems": [problem]},
    )
    ran(hall, 9)
    ran(hall, 2, new=1, quality={"events": 20, "mean": 0.92, "problems": [problem]})
    DeadLetter.objects.create(
        source=hall,
        kind="record",
        sha256="0" * 64,
        reason="too slow",
        code="1",
        added_at=MONDAY - timedelta(days=3),
    )
    weekly.tell(now=MONDAY)
    services.tell_due(now=MONDAY)
    assert send_all(MONDAY) == 1
    [sent] = mail.outbox
    assert sent.subject == "The week of 2 sources: 4 new events"
    assert (
        "New events: 4 (the week before: 10). Refused records: 4. Duplicates: 3. Dead letters: 1. 2 sources need a look."
        in " ".join(sent.body.split())
    )
    assert "12 events (−28), 3 new, 4 refused, 3 duplicates, quality 83 % (−7)" in sent.body
    assert "Less than half of the week before: compare it with its own site." in sent.body
    assert "20 events, 1 new, 1 dead letter, quality 92 % (+2)" in sent.body
    html = sent.alternatives[0][0]
    assert "Club &lt;b&gt;" in html
    assert f"/admin/sources/source/{club.pk}/change/" in html
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    ("last", "before", "todo"),
    [
        ({"runs": 3, "failed": 3}, {"runs": 3, "found": 9}, "failing"),
        ({}, {"runs": 3, "found": 9}, "silent"),
        ({"runs": 3, "found": 4}, {"runs": 3, "found": 10}, "fewer"),
        ({"runs": 3, "found": 4}, {"runs": 3, "found": 9}, ""),
        ({"runs": 3, "found": 9, "dead_letters": 1}, {"runs": 3, "found": 9}, "dead_letters"),
        ({"runs": 3, "found": 9, "quality": 0.8}, {"runs": 3, "found": 9, "quality": 0.85}, "worse"),
        ({"runs": 3, "found": 9, "missing": "Add a price.", "missing_count": 2}, {}, "missing"),
    ],
)  # fmt: skip
def test_what_to_do_is_the_gravest(last, before, todo):
    assert facts_of(make_source(), weekly.Week(**last), weekly.Week(**before))["todo"] == todo


def test_sources_in_trouble_come_first_and_the_rest_is_counted():
    fine, bad = weekly.Week(runs=1, found=20, new=9), weekly.Week(runs=1, failed=1)
    rows = [(make_source(slug=f"s{number}"), fine if number else bad, fine) for number in range(26)]
    facts = weekly.report(rows)
    assert (facts["count"], len(facts["sources"]), facts["troubled"]) == (26, 25, 1)
    assert facts["sources"][0]["todo"] == "failing"


def test_a_source_that_nobody_reads_any_more_is_not_named():
    operator()
    ran(make_source(), 15)
    assert weekly.tell(now=MONDAY) == 0


def test_it_can_be_switched_off_and_the_list_still_has_it():
    ann = operator()
    ran(make_source(), 1)
    NoticeChoice.objects.create(user=ann, kind="quality", channel="mail", is_on=False)
    weekly.tell(now=MONDAY)
    services.tell_due(now=MONDAY)
    assert send_all(MONDAY) == 0
    page = Client()
    page.force_login(ann)
    assert "new events" in page.get("/me/notices/").content.decode()


def test_the_number_of_queries_does_not_grow_with_sources(django_assert_max_num_queries):
    operator()
    for number in range(12):
        ran(make_source(slug=f"s{number}"), 1)
    with django_assert_max_num_queries(16):
        weekly.tell(now=MONDAY)


def test_the_task_is_thin():
    assert notify_of_quality() == 0
