"""A recorded mail is sent, or has a reason why not: with real SMTP, and processes that are really killed."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from digests import services
from digests.compose import sheets, words
from digests.enums import DeliveryState
from digests.models import Delivery, Subscription
from digests.services import sending
from digests.services.sending import LEASE, MOST_ATTEMPTS, STALE
from digests.tokens import token_of
from events.models import Event
from flags.models import Flag
from flags.services import is_on
from mail import limits
from mail.dispatches import LOST
from mail.models import Suppression
from mail.pauses import MOST_TRIES, PAUSES
from pipeline.contract.normalized import Venue
from tests.digests.conftest import READER, THURSDAY, due_digest, subscribed
from tests.factories import make_city, record_event
from tests.mail.chaos import Readers

pytestmark = pytest.mark.django_db
AFTER_THE_LEASE = THURSDAY + LEASE + timedelta(seconds=1)
CHILD = "import sys, uuid, django; django.setup(); from digests import services; services.send(uuid.UUID(sys.argv[1]))"
NOBODY_KNOWS = (DeliveryState.UNKNOWN, LOST)


def state_of(delivery: Delivery) -> tuple[str, str]:
    return Delivery.objects.values_list("state", "error").get(pk=delivery.pk)


def send_in_a_child(delivery: Delivery, inbox, environment: dict[str, str], settings, moment: str) -> int:
    """Send in a child process, which is killed at `moment` of its SMTP session. Returns its exit code."""
    smtp = {
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(settings.EMAIL_PORT),
        "EMAIL_USE_TLS": "false",
        "EMAIL_BACKEND": settings.EMAIL_BACKEND,
    }
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(delivery.pk)], env={**environment, **smtp}
    ) as child:
        setattr(inbox, moment, lambda: os.kill(child.pid, signal.SIGKILL))
        child.wait(60)
        setattr(inbox, moment, lambda: None)
    return child.returncode


def confirmation() -> Delivery:
    services.subscribe(READER, make_city())
    return Delivery.objects.get()


def later(delivery: Delivery) -> timedelta:
    return delivery.created_at + LEASE + timedelta(minutes=1)


@pytest.mark.django_db(transaction=True)
def test_a_mail_whose_process_died_before_sending_goes_after_the_lease(inbox, child_environment, settings):
    delivery = confirmation()
    assert send_in_a_child(delivery, inbox, child_environment, settings, "on_rcpt") == -signal.SIGKILL
    assert state_of(delivery)[0] == DeliveryState.SENDING
    assert services.recover_lost(now=delivery.created_at) == 0
    assert services.recover_lost(now=later(delivery)) == 1
    assert services.waiting(now=later(delivery)) == [delivery.pk]
    assert services.send(delivery.pk)
    assert len(inbox.mails) == 1


@pytest.mark.django_db(transaction=True)
def test_a_process_that_died_after_the_server_took_the_mail_leaves_its_end_open_and_nobody_sends_it_again(
    inbox, child_environment, settings
):
    delivery = confirmation()
    assert send_in_a_child(delivery, inbox, child_environment, settings, "on_data") == -signal.SIGKILL
    services.recover_lost(now=later(delivery))
    assert not services.send(delivery.pk, now=later(delivery))
    assert state_of(delivery) == NOBODY_KNOWS
    assert services.retry_failed(now=later(delivery) + timedelta(days=9)) == 0
    assert len(inbox.mails) == 1


def test_two_senders_of_one_mail_send_it_once(inbox):
    delivery = due_digest()
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.SENDING, lease_until=THURSDAY + LEASE, attempts=1
    )
    assert not services.send(delivery.pk, now=THURSDAY)
    assert inbox.asked == []


def test_who_slept_through_its_lease_sends_nothing(inbox, monkeypatch):
    delivery = due_digest()

    def sleeps(*_):
        Delivery.objects.filter(pk=delivery.pk).update(attempts=2)  # another took it meanwhile
        return ""

    monkeypatch.setattr("digests.services.sending._void", sleeps)
    assert not services.send(delivery.pk, now=THURSDAY)
    assert inbox.asked == []


def test_a_mail_that_kills_whoever_sends_it_is_given_up():
    delivery = due_digest()
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.SENDING, lease_until=THURSDAY, attempts=MOST_ATTEMPTS
    )
    assert services.recover_lost(now=AFTER_THE_LEASE) == 0
    assert state_of(delivery) == (
        DeliveryState.FAILED,
        f"The process that sent it died, {MOST_ATTEMPTS} times.",
    )
    assert services.retry_failed(now=AFTER_THE_LEASE + timedelta(days=30)) == 0


def test_after_some_deaths_each_goes_alone_so_that_one_uses_up_no_attempts_of_another(inbox, monkeypatch):
    killer, first, last = [one.pk for one in many_due(3)]
    Delivery.objects.update(attempts=4)
    whole = sending._composed

    def composed(attempts, now):
        if killer in attempts:
            raise SystemExit
        return whole(attempts, now)

    monkeypatch.setattr(sending, "_composed", composed)
    with pytest.raises(SystemExit):
        services.send_all([first, killer, last], now=THURSDAY)
    assert Delivery.objects.get(pk=first).state == DeliveryState.SENT
    assert (Delivery.objects.get(pk=last).state, Delivery.objects.get(pk=last).attempts) == ("recorded", 4)
    assert services.send(last, now=THURSDAY)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("odd"),
        OSError("no route"),
        UnicodeEncodeError("ascii", "é", 0, 1, "ordinal"),
        ValueError("x"),
        KeyError("k"),
        MemoryError("m"),
    ],
)
def test_any_exception_of_a_backend_leaves_the_end_open_with_its_reason(error, monkeypatch, settings):
    delivery = due_digest()
    settings.EMAIL_BACKEND = f"{__name__}.Raising"
    monkeypatch.setattr(Raising, "error", error)
    assert not services.send(delivery.pk, now=THURSDAY)
    state, reason = state_of(delivery)
    assert state == DeliveryState.UNKNOWN
    assert reason.startswith(type(error).__name__)
    assert services.retry_failed(now=THURSDAY) == 0
    limits.succeeded(settings.EMAIL_BACKEND)


class Raising(BaseEmailBackend):
    error: Exception = RuntimeError("odd")

    def send_messages(self, _messages):
        raise self.error


@pytest.mark.parametrize("target", ["sheets.text.digest", "sheets.html.page_around", "messages.token_of", "sheets.parts_of"])  # fmt: skip
def test_a_mail_that_cannot_be_written_fails_alone(target, inbox, monkeypatch):
    delivery = due_digest()
    other = subscribed("other@example.org")
    services.record_for([other], now=THURSDAY)
    with monkeypatch.context() as patch:
        patch.setattr(f"digests.compose.{target}", lambda *_, **__: 1 / 0)
        assert not services.send(delivery.pk, now=THURSDAY)
    assert state_of(delivery) == (DeliveryState.FAILED, "ZeroDivisionError: division by zero")
    assert services.send(other.deliveries.get().pk, now=THURSDAY)


def test_those_who_get_the_same_share_all_but_their_links_and_never_an_old_title(inbox, monkeypatch):
    first, composed = due_digest(), []
    event, whole = Event.objects.get(), sheets.parts_of
    monkeypatch.setattr(
        sheets, "parts_of", lambda *asked, **more: composed.append(1) or whole(*asked, **more)
    )
    others = [subscribed(f"other{number}@example.org") for number in range(2)]
    services.record_for(others, now=THURSDAY)
    rows = [first, *(one.deliveries.get() for one in others)]
    assert services.send_all([first.pk, rows[1].pk], now=THURSDAY) == 2
    assert len(composed) == 1
    Event.objects.filter(pk=event.pk).update(title="Raga at Dawn", version=event.version + 1)
    assert services.send(rows[2].pk, now=THURSDAY)
    tokens = [token_of(row.subscription) for row in rows]
    for row, token, (_, mail) in zip(rows, tokens, inbox.mails, strict=True):
        said = "".join(part.get_content() for part in mail.walk() if not part.is_multipart())
        assert [one for one in tokens if one in said] == [token]
        assert ("Raga at Dawn" in said) is (row is rows[2])
    assert len(composed) == 2


def test_an_address_whose_key_is_lost_fails_alone(inbox):
    delivery = due_digest()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE digests_subscription SET address = 'gAAAAABn-no-such-token'")
    assert not services.send(delivery.pk, now=THURSDAY)
    assert state_of(delivery)[1].startswith("DecryptionFailed")


def test_a_backend_that_takes_nothing_has_not_sent(settings):
    delivery = due_digest()
    settings.EMAIL_BACKEND = f"{__name__}.BaseTaking"
    assert not services.send(delivery.pk, now=THURSDAY)
    assert state_of(delivery) == (
        DeliveryState.FAILED,
        "NothingTaken: the mail backend did not accept the mail",
    )


class BaseTaking(BaseEmailBackend):
    def send_messages(self, _messages):
        return 0


def test_a_rude_farewell_does_not_undo_what_was_taken(inbox, settings):
    delivery = due_digest()
    settings.EMAIL_BACKEND = "tests.digests.services.rude.EmailBackend"
    assert services.send(delivery.pk, now=THURSDAY)
    assert state_of(delivery) == (DeliveryState.SENT, "")
    assert len(inbox.mails) == 1


@pytest.mark.parametrize(
    "reply",
    ["550 5.1.1 <Reader@Example.org>: no such user", "551 moved", "553 not a name", "554 5.1.2 unknown host"],
)
def test_an_address_that_is_refused_is_suppressed_with_the_code(inbox, reply):
    delivery = due_digest()
    inbox.to_rcpt = reply
    assert not services.send(delivery.pk, now=THURSDAY)
    assert reply.startswith(Suppression.objects.get().code)
    assert services.retry_failed(now=THURSDAY + timedelta(days=9)) == 0
    assert not Subscription.objects.get().active
    services.subscribe(READER, make_city())
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    "reply",
    [
        "550 5.7.1 Relaying denied",
        "554 5.7.1 Client host blocked",
        "550 relay not permitted",
        "552 5.2.2 full",
        "450 4.2.1 later",
    ],
)
def test_a_refusal_that_is_not_about_the_address_suppresses_nobody_and_is_tried_again(inbox, reply):
    delivery = due_digest()
    inbox.to_rcpt = reply
    assert not services.send(delivery.pk, now=THURSDAY)
    assert not Suppression.objects.exists()
    assert services.retry_failed(now=THURSDAY) == 1


@pytest.mark.parametrize(
    ("reply", "again"),
    [("554 5.6.0 we do not like it", 0), ("550 5.1.1 said too late", 0), ("451 4.3.0 later", 1)],
)
def test_a_text_that_is_refused_blames_no_address(inbox, reply, again):
    delivery = due_digest()
    inbox.to_data = reply
    assert not services.send(delivery.pk, now=THURSDAY)
    assert state_of(delivery)[1].startswith(f"SMTPDataError: {reply[:9]}")
    assert not Suppression.objects.exists()
    assert services.retry_failed(now=THURSDAY) == again


def test_a_wrong_login_blames_no_address(inbox, settings):
    delivery = due_digest()
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "nobody", "wrong"
    assert not services.send(delivery.pk, now=THURSDAY)
    assert not Suppression.objects.exists()
    assert services.retry_failed(now=THURSDAY) == 1


def test_no_reason_holds_an_address(inbox):
    delivery = due_digest()
    inbox.to_rcpt = "550 5.1.1 <reader@EXAMPLE.org>, reader%40example.org: unknown"
    services.send(delivery.pk, now=THURSDAY)
    assert "example" not in state_of(delivery)[1].lower()


def test_attempts_are_bounded_and_their_pauses_grow(inbox):
    delivery, now = due_digest(), THURSDAY
    Delivery.objects.filter(pk=delivery.pk).update(created_at=THURSDAY + timedelta(days=1))
    inbox.to_rcpt = "450 greylisted"
    for pause in PAUSES:
        assert not services.send(delivery.pk, now=now)
        assert services.retry_failed(now=now + pause - timedelta(seconds=1)) == 0
        now += pause
        assert services.retry_failed(now=now) == 1
    assert not services.send(delivery.pk, now=now)
    assert services.retry_failed(now=now + timedelta(days=99)) == 0
    assert sum(PAUSES, timedelta()) < STALE
    assert len(inbox.asked) == MOST_TRIES


CHANGES = {
    "removed": {"publication": "removed"},
    "flagged": {"publication": "flagged"},
    "archived": {"publication": "archived"},
    "rejected": {"publication": "rejected"},
    "cancelled": {"happening": "cancelled"},
    "moved to another week": {
        "start_at": THURSDAY + timedelta(days=30),
        "end_at": None,
        "end_date": "2026-12-19",
        "start_date": "2026-12-19",
    },
    "over": {"start_at": THURSDAY - timedelta(days=2), "end_at": THURSDAY - timedelta(days=1)},
}


@pytest.mark.parametrize("name", CHANGES)
def test_an_event_that_changed_after_recording_is_not_mailed(name, inbox):
    kept = record_event(title="Stays", start=THURSDAY + timedelta(days=3))
    delivery = due_digest()
    (gone,) = set(delivery.event_ids) - {kept.id}
    Event.objects.filter(pk=gone).update(**CHANGES[name])
    assert services.send(delivery.pk, now=THURSDAY)
    text = inbox.mails[0][1].as_string()
    assert "Stays" in text
    assert "Raga at Dusk" not in text


def test_a_digest_whose_last_event_went_is_skipped(inbox):
    delivery = due_digest()
    Event.objects.update(publication="removed")
    assert not services.send(delivery.pk, now=THURSDAY)
    assert state_of(delivery) == (DeliveryState.SKIPPED, "none of its events takes place any more")
    assert inbox.asked == []


def test_the_number_of_queries_does_not_grow_with_the_events(inbox):
    delivery = due_digest()
    for number in range(5):
        record_event(
            title=f"More {number}",
            start=THURSDAY + timedelta(days=3 + number % 3),
            category=["talk", "music"][number % 2],
            venue=Venue(name=f"Room {number}", city="Bengaluru", country="IN"),
        )
    other = subscribed("other@example.org")
    services.record_for([other], now=THURSDAY)
    more = other.deliveries.get()
    assert (len(delivery.event_ids), len(more.event_ids)) == (1, 6)
    is_on(Flag.MAIL)  # the switches are read once in ten seconds
    words.weather_of(delivery.subscription, now=THURSDAY)  # which is read once an hour
    with CaptureQueriesContext(connection) as one:
        services.send(delivery.pk, now=THURSDAY)
    with CaptureQueriesContext(connection) as six:
        services.send(more.pk, now=THURSDAY)
    assert len(one) == len(six)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"active": False, "unsubscribed_at": THURSDAY}, "no longer subscribed"),
        ({"active": False, "unsubscribed_at": THURSDAY, "address": ""}, "the address is erased"),
    ],
)
def test_who_left_meanwhile_gets_nothing(inbox, change, reason):
    delivery = due_digest()
    Subscription.objects.update(**change)
    assert not services.send(delivery.pk, now=THURSDAY)
    assert state_of(delivery) == (DeliveryState.SKIPPED, reason)


def test_a_digest_that_nobody_could_send_for_a_day_is_not_sent(inbox):
    delivery = due_digest()
    assert not services.send(delivery.pk, now=THURSDAY + STALE)
    assert state_of(delivery) == (DeliveryState.SKIPPED, "too late")


def test_a_confirmation_is_sent_for_the_newest_request_alone(inbox):
    services.subscribe(READER, make_city(), now=THURSDAY)
    services.subscribe(READER, make_city(), now=THURSDAY + timedelta(minutes=1))
    sent = [
        services.send(pk, now=THURSDAY + timedelta(minutes=2))
        for pk in services.waiting(now=THURSDAY + timedelta(hours=1))
    ]
    assert sent == [False, True]
    assert len(inbox.mails) == 1


def test_a_confirmation_is_not_sent_to_who_confirmed_or_left(inbox):
    services.subscribe(READER, make_city(), now=THURSDAY)
    token = token_of(Subscription.objects.get())
    services.unsubscribe(token, now=THURSDAY)
    assert not services.send(Delivery.objects.get().pk, now=THURSDAY)
    assert state_of(Delivery.objects.get()) == (DeliveryState.SKIPPED, "no longer wanted")


def many_due(count: int) -> list[Delivery]:
    """So many readers of one city, each with a recorded digest."""
    record_event(start=THURSDAY + timedelta(days=2))
    city = make_city()
    for number in range(count):
        subscribed(f"r{number}@example.org", city=city, sender=str(number))
    services.record_due(now=THURSDAY)
    return list(Delivery.objects.order_by("pk"))


def test_many_go_together_and_each_stands_for_itself(inbox):
    first, bounced, left, *others = many_due(13)
    nobody = bounced.subscription.address
    inbox.on_rcpt = lambda: setattr(
        inbox, "to_rcpt", "550 5.1.1 nobody" if inbox.asked[-1] == nobody else "250 ok"
    )
    services.unsubscribe(token_of(left.subscription), now=THURSDAY)
    assert services.send_all([one.pk for one in Delivery.objects.order_by("pk")], now=THURSDAY) == 11
    assert state_of(first)[0] == state_of(others[-1])[0] == DeliveryState.SENT
    assert state_of(bounced)[0] == DeliveryState.FAILED
    assert state_of(left) == (DeliveryState.SKIPPED, "no longer subscribed")
    assert len(inbox.mails) == 11
    assert Subscription.objects.get(pk=first.subscription_id).last_sent_at == THURSDAY
    assert Subscription.objects.get(pk=left.subscription_id).last_sent_at is None
    assert services.send_all([first.pk, others[0].pk], now=THURSDAY) == 0


def test_one_that_cannot_be_read_fails_alone(inbox):
    lost, *others = many_due(3)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE digests_subscription SET address = 'gAAAAABn-no' WHERE id = %s", [lost.subscription_id]
        )
    assert services.send_all([lost.pk, *(one.pk for one in others)], now=THURSDAY) == 2
    assert state_of(lost)[1].startswith("DecryptionFailed")


def test_ten_mails_take_two_statements_each_at_most(inbox):
    ids = [one.pk for one in many_due(20)]
    services.send_all(ids[:10], now=THURSDAY)
    with CaptureQueriesContext(connection) as taken:
        assert services.send_all(ids[10:], now=THURSDAY) == 10
    assert len(taken) <= 20, [one["sql"][:80] for one in taken]


def test_those_of_a_slow_server_are_given_back_before_their_lease_ends(inbox, monkeypatch):
    ids = [one.pk for one in many_due(11)]
    clock = iter([0.0, 1.0, LEASE.total_seconds()])
    monkeypatch.setattr(sending, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    assert services.send_all(ids, now=THURSDAY) == 10
    assert Delivery.objects.get(state=DeliveryState.RECORDED).lease_until is None


@pytest.mark.django_db(transaction=True)
def test_a_process_that_died_between_two_mails_leaves_open_what_it_had_begun_and_not_written(
    inbox, child_environment, settings
):
    Readers(4)
    ids = [str(pk) for pk in Delivery.objects.order_by("pk").values_list("pk", flat=True)]
    smtp = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(settings.EMAIL_PORT), "EMAIL_USE_TLS": "false", "EMAIL_BACKEND": settings.EMAIL_BACKEND}  # fmt: skip
    child = CHILD.replace(
        "services.send(uuid.UUID(sys.argv[1]))", "services.send_all([uuid.UUID(pk) for pk in sys.argv[1:]])"
    )
    with subprocess.Popen([sys.executable, "-c", child, *ids], env={**child_environment, **smtp}) as process:
        inbox.on_rcpt = lambda: os.kill(process.pid, signal.SIGKILL) if len(inbox.mails) == 2 else None
        process.wait(60)
        inbox.on_rcpt = lambda: None
    later = now() + LEASE + timedelta(minutes=1)
    assert services.recover_lost(now=later) == 4
    assert services.send_all(services.waiting(now=later), now=later) == 2
    states = list(Delivery.objects.order_by("pk").values_list("state", "error"))
    assert states == [NOBODY_KNOWS, NOBODY_KNOWS, (DeliveryState.SENT, ""), (DeliveryState.SENT, "")]
    assert len(inbox.mails) == 4
