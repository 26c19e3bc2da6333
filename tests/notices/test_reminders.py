"""Reminders: 24 hours and 2 hours before, each once, whoever reminds how often."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from events.enums import Happening
from notices import services
from notices.models import Notice, NoticeChoice
from notices.services import reminding
from tests.factories import make_event, make_person
from tests.notices.conftest import on_their_way, register, save, send_all

LONG_AGO = timedelta(days=5)


def remind(before, event) -> None:
    now = event.start_at - before
    services.remind(now=now)
    services.tell_due(now=now)


@pytest.mark.django_db
def test_each_reminder_comes_once_to_accounts_and_addresses(vera, event):
    save(vera, event, at=timezone.now() - LONG_AGO)
    register(event, created_at=timezone.now() - LONG_AGO)
    for before in (25, 24, 23.9, 12.5, 3, 2, 1.9, 1):
        remind(timedelta(hours=before), event)
    said = sorted(Notice.objects.filter(state="told").values_list("user", "address_hash", "period"), key=str)
    assert len(said) == 4
    assert {period.split()[0] for _, _, period in said} == {"2", "24"}


@pytest.mark.django_db
def test_the_mail_of_an_address_has_a_link_that_ends_them(event, client):
    register(event, created_at=timezone.now() - LONG_AGO)
    now = event.start_at - timedelta(hours=24)
    remind(timedelta(hours=24), event)
    assert send_all(now) == 1
    [sent] = mail.outbox
    assert sent.subject == "In a day: Moonlit Jazz"
    off = sent.extra_headers["List-Unsubscribe"].strip("<>")
    path = off[off.index("/me/") :]
    assert client.get(path).status_code == 200
    assert not NoticeChoice.objects.exists()
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    remind(timedelta(hours=2), event)
    assert on_their_way() == [("reminder", "mail")]


@pytest.mark.django_db
def test_who_saved_it_within_the_day_gets_no_reminder_of_a_day(vera, event):
    save(vera, event, at=event.start_at - timedelta(hours=20))
    remind(timedelta(hours=19), event)
    assert not Notice.objects.exists()
    remind(timedelta(hours=2), event)
    assert Notice.objects.get().facts["before"] == "2"


@pytest.mark.django_db
def test_an_outage_over_the_hour_tells_late_and_one_over_the_beginning_never(vera, event):
    save(vera, event, at=timezone.now() - LONG_AGO)
    remind(timedelta(hours=14), event)
    assert Notice.objects.get().facts["before"] == "24"
    remind(-timedelta(minutes=1), event)
    assert Notice.objects.count() == 1


@pytest.mark.django_db
def test_what_only_has_a_day_is_told_of_in_the_evening_before(vera):
    event = make_event(start=timezone.now() + timedelta(days=3), all_day=True)
    save(vera, event, at=timezone.now() - LONG_AGO)
    remind(timedelta(hours=24), event)
    assert not Notice.objects.exists()
    remind(timedelta(hours=5, minutes=50), event)
    remind(timedelta(hours=2), event)
    assert Notice.objects.get().facts["before"] == "day"


@pytest.mark.django_db
def test_what_does_not_take_place_is_reminded_of_by_nobody(vera, event):
    save(vera, event, at=timezone.now() - LONG_AGO)
    now = event.start_at - timedelta(hours=24)
    services.remind(now=now)
    event.happening = Happening.CANCELLED
    event.save()
    from events.services import announcing
    from outbox.services import record

    record([announcing.change(event, {}, type="event.cancelled")])
    assert services.tell_due(now=now) == 0


@pytest.mark.django_db
def test_a_moved_event_reminds_anew(vera, event):
    save(vera, event, at=timezone.now() - LONG_AGO)
    remind(timedelta(hours=24), event)
    from tests.notices.conftest import change

    change(event, start_at=event.start_at + timedelta(days=2))
    remind(timedelta(hours=24), event)
    assert Notice.objects.filter(kind="reminder", state="told").count() == 2


@pytest.mark.django_db
def test_a_mail_that_waited_until_the_event_began_is_dropped(vera, event):
    save(vera, event, at=timezone.now() - LONG_AGO)
    remind(timedelta(hours=2), event)
    assert send_all(event.start_at + timedelta(minutes=1)) == 0
    assert not mail.outbox


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_and_kills_remind_once(monkeypatch):
    people = [make_person(email=f"p{number}@example.org", is_staff=False) for number in range(20)]
    event = make_event(start=timezone.now() + timedelta(days=3))
    for person in people:
        save(person, event, at=timezone.now() - LONG_AGO)
    now = event.start_at - timedelta(hours=24)
    with monkeypatch.context() as patched:
        patched.setattr(reminding, "write", _dies_after_writing)
        with pytest.raises(SystemExit):
            services.remind(now=now)
    assert not Notice.objects.exists()
    both = Barrier(4)

    def beat() -> None:
        both.wait()
        services.remind(now=now)
        services.tell_due(now=now)
        for pk in services.waiting(now=now):
            services.send(pk, now=now)
        connection.close()

    threads = [Thread(target=beat) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    services.tell_due(now=now)
    send_all(now)
    assert Notice.objects.filter(state="told").count() == 20
    assert sorted(one.to[0] for one in mail.outbox) == sorted(person.email for person in people)


def _dies_after_writing(news, *, now):
    from notices.services.writing import write

    with transaction.atomic():
        write(news, now=now)
    raise SystemExit
