"""In quiet hours nothing goes out that can wait, whenever they begin and end, in zones that change their clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from notices import services
from notices.enums import Kind
from notices.kinds import TABLE
from notices.models import Notice, NoticeDelivery
from notices.services.releasing import due_at
from personal.models import Preferences
from tests.notices.conftest import save, send_all

ZONES = ("America/New_York", "Europe/London", "Asia/Kolkata", "Australia/Sydney", "Australia/Lord_Howe")
CLOCKS = st.times(min_value=time(0, 0), max_value=time(23, 59)).map(
    lambda at: at.replace(second=0, microsecond=0)
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@settings(max_examples=500, deadline=None)
@given(kind=st.sampled_from(Kind), zone=st.sampled_from(ZONES), begin=CLOCKS, end=CLOCKS, now=MOMENTS)
def test_what_can_wait_goes_out_when_quiet_hours_are_over(kind, zone, begin, end, now):
    person = User(email="v@example.org", timezone=zone)
    wants = Preferences(user=person, quiet_from=begin, quiet_to=end)
    due = due_at(Notice(user=person, kind=kind.value), wants, now=now)
    assert now <= due <= now + timedelta(hours=26)
    if not TABLE[kind].waits:
        assert due == now
        return
    clock = due.astimezone(ZoneInfo(zone)).time()
    is_quiet = begin <= clock < end if begin < end else begin != end and (clock >= begin or clock < end)
    assert not is_quiet


@pytest.mark.django_db
def test_a_reminder_in_the_night_is_in_the_list_at_once_and_mailed_in_the_morning(vera, event):
    vera.timezone = "UTC"
    vera.save()
    save(vera, event, at=timezone.now() - timedelta(days=5))
    now = event.start_at - timedelta(hours=24)
    ends = now + timedelta(hours=6)
    Preferences.objects.create(user=vera, quiet_from=(now - timedelta(hours=2)).time(), quiet_to=ends.time())
    services.remind(now=now)
    services.tell_due(now=now)
    assert Notice.objects.get().told_at == now
    assert send_all(now) == send_all(ends - timedelta(minutes=1)) == 0
    assert send_all(ends + timedelta(minutes=1)) == 1


@pytest.mark.django_db
def test_quiet_hours_that_were_set_meanwhile_hold_too(vera, event):
    vera.timezone = "UTC"
    vera.save()
    save(vera, event, at=timezone.now() - timedelta(days=5))
    now = event.start_at - timedelta(hours=24)
    services.remind(now=now)
    services.tell_due(now=now)
    Preferences.objects.create(user=vera, quiet_from=now.time(), quiet_to=(now + timedelta(hours=3)).time())
    assert send_all(now) == 0
    row = NoticeDelivery.objects.get()
    assert (row.state, row.attempts) == ("waiting", 0)
    assert send_all(now + timedelta(hours=3, minutes=1)) == 1


@pytest.mark.django_db
def test_what_was_read_in_the_list_is_not_mailed(vera, event):
    save(vera, event, at=timezone.now() - timedelta(days=5))
    now = event.start_at - timedelta(hours=24)
    services.remind(now=now)
    services.tell_due(now=now)
    services.mark_read(vera, now=now)
    assert send_all(now) == 0
    assert NoticeDelivery.objects.get().state == "dropped"
