"""Changes of what people saved or registered for: bundled, true when they are told, each once whatever ends the process."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from events.enums import Happening, Publication
from notices import services
from notices.models import Notice
from notices.services import following
from outbox.models import Change, Cursor
from outbox.queries import cursor
from outbox.services import number_changes
from tests.factories import make_event, make_person
from tests.notices.conftest import change, follow, on_their_way, register, save, send_all, tell, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("begun")]
HOUR = timedelta(hours=1)


def test_three_changes_within_ten_minutes_are_one_notice_and_one_mail(vera, event, begun):
    save(vera, event)
    first = event.start_at
    for hours in (1, 2, 3):
        change(event, start_at=first + timedelta(hours=hours))
        follow()
    assert services.tell_due(now=timezone.now() + timedelta(minutes=9)) == 0
    assert services.tell_due(now=timezone.now() + timedelta(minutes=11)) == 1
    [notice] = Notice.objects.all()
    assert notice.facts["before"] == {"start": first.isoformat()}
    assert notice.facts["now"]["start"] == (first + 3 * HOUR).isoformat()
    assert send_all(timezone.now() + HOUR) == 1
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == (["vera@example.org"], "New time: Moonlit Jazz")


def test_a_change_that_was_taken_back_is_told_to_nobody(vera, event, begun):
    save(vera, event)
    first = event.start_at
    change(event, start_at=first + HOUR)
    follow()
    change(event, start_at=first)
    assert tell() == 0
    assert Notice.objects.get().state == "void"


def test_what_begins_soon_is_told_at_once(vera, begun):
    event = make_event(start=timezone.now() + timedelta(hours=2))
    save(vera, event)
    change(event, "event.cancelled", happening=Happening.CANCELLED)
    assert tell(timedelta()) == 1


def test_who_registered_is_mailed_by_registrations_alone(vera, event, begun):
    register(event, person=vera)
    change(event, "event.cancelled", happening=Happening.CANCELLED)
    assert tell() == 1
    assert told(vera) == [("change", f"event:{event.pk}")]
    assert on_their_way() == []


def test_a_removed_event_is_told_of_and_one_that_waits_for_a_moderator_is_not(vera, event, begun):
    save(vera, event)
    change(event, "event.removed", publication=Publication.FLAGGED)
    assert tell() == 0
    change(event, "event.removed", publication=Publication.REMOVED)
    assert tell() == 1


def test_a_title_or_a_price_is_no_news(vera, event, begun):
    save(vera, event)
    change(event, title="Moonlit Jazz Night", price_max=500)
    assert follow() == 0


def test_a_venue_that_is_written_otherwise_is_no_news_and_another_one_is(vera, begun):
    event = make_event(start=timezone.now() + timedelta(days=3), lat=12.97, lng=77.59)
    save(vera, event)
    change(event, venue_name="The Blue Room")
    assert follow() == 0
    change(event, venue_name="Red Room", lat=12.98)
    assert tell() == 1
    assert Notice.objects.get().facts["before"] == {"venue": "The Blue Room"}


def test_changes_that_are_read_again_double_nothing(vera, event, begun):
    save(vera, event)
    start = cursor(following.CONSUMER)
    change(event, start_at=event.start_at + HOUR)
    follow()
    Cursor.objects.filter(name=following.CONSUMER).update(number=start)
    follow()
    assert tell() == 1
    Cursor.objects.filter(name=following.CONSUMER).update(number=start)
    assert tell() == 0
    assert Notice.objects.count() == 1


def test_a_process_that_dies_before_the_cursor_moved_loses_none(vera, event, begun, monkeypatch):
    save(vera, event)
    change(event, start_at=event.start_at + HOUR)
    number_changes()
    with monkeypatch.context() as patched:
        patched.setattr(following, "advance", _killed)
        with pytest.raises(SystemExit):
            services.follow(now=timezone.now())
    assert not Notice.objects.exists()
    assert tell() == 1


def test_the_list_gets_it_live_with_the_number_of_unread(vera, event, begun):
    save(vera, event)
    change(event, start_at=event.start_at + HOUR)
    tell()
    row = Change.objects.get(type="notice.told")
    assert (row.user_id, row.topics) == (vera.pk, ["user:me"])
    assert (row.data["title"], row.data["unread"]) == ("New time: Moonlit Jazz", 1)


def test_as_many_queries_for_one_person_as_for_thirty(event, begun, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in (1, 30):
        people = [make_person(email=f"p{number}-{one}@example.org", is_staff=False) for one in range(number)]
        for person in people:
            save(person, event)
        change(event, start_at=event.start_at + HOUR)
        number_changes()
        with CaptureQueriesContext(
            connection,
        ) as caught:
            services.follow(now=timezone.now())
            services.tell_due(now=timezone.now() + HOUR)
        counts.append(len(caught))
    assert counts[1] <= counts[0] + 1


def _killed(*_: object) -> None:
    raise SystemExit
