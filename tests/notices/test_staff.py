"""What staff are told: moderators in the morning, operators of alerts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from moderation.models import Review
from notices import services
from notices.models import Notice, NoticeChoice
from places.models import City
from sources.monitoring.alerts import notify_operators, raise_alert
from tests.factories import NOW, make_city, make_event, make_person, make_staff
from tests.notices.conftest import on_their_way, send_all, told

pytestmark = pytest.mark.django_db
#: 8:30 in Bengaluru, 3:00 in London.
MORNING = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def moderator(email: str, zone: str = "Asia/Kolkata", **fields):
    person = make_person(email=email, **{"rights": ["moderation.change_review"], **fields})
    person.timezone = zone
    person.save()
    return person


def waits(city: City, hours: int = 100, number: int = 1) -> None:
    for one in range(number):
        event = make_event(
            title=f"Asked {city.slug} {one}", city=city, start=MORNING + timedelta(hours=hours)
        )
        Review.objects.create(kind="event", object_id=event.pk, title=event.title, city=city, starts_at=event.start_at, created_at=NOW)  # fmt: skip


def test_a_moderator_is_told_once_each_morning_by_their_own_clock():
    ann = moderator("ann@example.org")
    moderator("ben@example.org", zone="Europe/London")
    waits(make_city(), number=2)
    waits(make_city(), hours=5)
    assert [services.tell_moderators(now=MORNING + timedelta(hours=hour)) for hour in (-1, 0, 1)] == [0, 1, 0]
    services.tell_due(now=MORNING)
    [notice] = Notice.objects.all()
    assert (notice.user, notice.period, notice.facts["count"], notice.facts["soon"]) == (
        ann,
        "2026-11-23",
        3,
        1,
    )
    assert send_all(MORNING) == 1
    assert mail.outbox[0].subject == "3 questions wait for a moderator"
    assert "1 is about an event that begins within a day." in mail.outbox[0].body
    assert services.tell_moderators(now=MORNING + timedelta(days=1)) == 1


def test_nobody_is_told_of_an_empty_queue_or_without_the_right():
    moderator("ann@example.org")
    assert services.tell_moderators(now=MORNING) == 0
    waits(make_city())
    moderator("auditor@example.org", rights=["moderation.view_review"])
    assert services.tell_moderators(now=MORNING) == 1


def test_a_moderator_of_other_cities_is_told_of_theirs():
    pune = make_city(slug="pune")
    moderator("ann@example.org", cities=[pune])
    waits(make_city())
    assert services.tell_moderators(now=MORNING) == 0
    waits(pune)
    assert services.tell_moderators(now=MORNING) == 1
    assert Notice.objects.get().facts["count"] == 1


def test_an_alert_is_in_the_list_of_operators_once_and_mailed_by_the_alerts(settings):
    settings.OPERATOR_EMAILS = []
    boss = make_staff(email="boss@example.org")
    raise_alert("a", "Club fails", now=NOW)
    assert [notify_operators(now=NOW + timedelta(minutes=at)) for at in (0, 11)] == [1, 0]
    services.tell_due(now=NOW)
    assert told(boss) == [("alert", "alerts")]
    assert on_their_way() == []
    page = Client()
    page.force_login(boss)
    assert "Club fails" in page.get("/me/notices/").content.decode()


def test_kinds_of_staff_are_shown_to_staff_alone(page, api):
    assert "Alerts" not in page.get("/me/notices/settings/").content.decode()
    settings = "/api/v1/me/notices/settings"
    assert "queue" not in api.get(settings).json()["kinds"]
    refused = api.patch(settings, {"kinds": {"queue": {"mail": False}}}, content_type="application/json")
    assert refused.status_code == 400
    assert not NoticeChoice.objects.exists()
    staff = Client()
    staff.force_login(make_staff(email="staff@example.org"))
    assert "Alerts" in staff.get("/me/notices/settings/").content.decode()
