"""A mail leaves once or is said not to have: real SMTP conversations that break in every state."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core.mail import EmailMessage, send_mail
from django.utils.timezone import now

from accounts.crypto import address_hash
from flags.models import FlagSwitch
from flags.services import forget
from mail import dispatches
from mail.enums import DispatchState, Stream, SuppressionReason
from mail.exceptions import MailNotSent
from mail.models import Campaign, Dispatch, Suppression
from mail.outgoing import send
from mail.pauses import MOST_TRIES
from mail.records import Result
from tests.mail.conftest import READER, letter, sent
from tests.mail.rough import CLOSE, HANG, Rough, rough_server


def row() -> Dispatch:
    return Dispatch.objects.get()


def use(settings, server: Rough) -> None:
    settings.EMAIL_PORT = server.port


def test_a_mail_arrives_as_it_was_written_and_another_library_reads_it(settings):
    with rough_server() as server:
        use(settings, server)
        assert sent().result is Result.SENT
    (raw,) = server.taken
    parsed = message_from_bytes(raw, policy=policy.default)
    assert (str(parsed["To"]), str(parsed["Subject"])) == (READER, "Tonight")
    assert parsed.get_body(("plain",)).get_content().replace("\r\n", "\n") == "Raga at dusk.\n.\n..two dots\n"
    assert parsed.get_body(("html",)).get_content().strip() == "<p>Raga at dusk.</p>"
    assert (row().state, row().provider, row().address_hash) == ("accepted", "smtp", address_hash(READER))


def test_the_same_key_goes_once(settings):
    with rough_server() as server:
        use(settings, server)
        assert [sent().result for _ in range(3)] == [Result.SENT] * 3
    assert len(server.taken) == 1


@pytest.mark.parametrize("state", ["connect", "EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("does", [HANG, CLOSE, "421 4.3.2 going down", "451 4.3.0 later"])
def test_what_breaks_before_the_text_is_tried_again(state, does, settings):
    with rough_server(**{state: does}, HELO=does) as server:
        use(settings, server)
        first = sent()
        assert (first.result, row().state) == (Result.DEFERRED, DispatchState.DEFERRED)
        assert first.retry_at is not None
        assert first.reason
        server.does.clear()
        assert sent().result is Result.SENT
    assert len(server.taken) == 1
    assert row().tries == 2


@pytest.mark.parametrize("does", [HANG, CLOSE])
def test_what_breaks_after_the_text_is_of_unknown_end_and_nobody_sends_it_again(does, settings):
    with rough_server(TEXT=does) as server:
        use(settings, server)
        assert sent().result is Result.UNKNOWN
        server.does.clear()
        again = sent(now=now() + timedelta(days=3))
    assert (again.result, row().state) == (Result.UNKNOWN, DispatchState.UNKNOWN)
    assert again.reason
    assert len(server.taken) == 1


@pytest.mark.parametrize("does", ["451 4.3.0 later", "452 4.2.2 full", "421 4.3.2 going down"])
def test_a_text_that_was_refused_for_now_was_not_taken(does, settings):
    with rough_server(TEXT=does) as server:
        use(settings, server)
        assert sent().result is Result.DEFERRED
        server.does.clear()
        assert sent().result is Result.SENT
    assert len(server.taken) == 1


def test_a_text_that_was_refused_for_good_never_goes(settings):
    with rough_server(TEXT="554 5.6.0 we do not like it") as server:
        use(settings, server)
        assert sent().result is Result.REFUSED
        server.does.clear()
        again = sent()
    assert (again.result, again.code) == (Result.REFUSED, "554 5.6.0")
    assert not Suppression.objects.exists()


def test_an_address_that_nobody_has_gets_nothing_more(settings):
    with rough_server(RCPT="550 5.1.1 no such user") as server:
        use(settings, server)
        first = sent()
        assert (first.result, row().state) == (Result.REFUSED, DispatchState.BOUNCED)
        server.does.clear()
        later = sent("tests.mail:2")
    assert later.result is Result.SUPPRESSED
    assert Suppression.objects.get().code == "550 5.1.1"
    assert server.taken == []
    assert Dispatch.objects.get(key="tests.mail:2").state == DispatchState.SUPPRESSED


@pytest.mark.parametrize("reason", [SuppressionReason.COMPLAINT, SuppressionReason.LEFT])
def test_who_complained_gets_no_digest_and_can_still_sign_in(reason, settings):
    Suppression.objects.create(address_hash=address_hash(READER), reason=reason)
    with rough_server() as server:
        use(settings, server)
        assert sent("tests.mail:1", stream=Stream.DIGEST).result is Result.SUPPRESSED
        assert sent("tests.mail:2").result is Result.SENT


def test_tries_are_bounded_and_the_pauses_grow(settings):
    moment, waits = now(), []
    with rough_server(RCPT="450 4.2.1 greylisted") as server:
        use(settings, server)
        for _ in range(MOST_TRIES - 1):
            outcome = sent(now=moment)
            waits.append(outcome.retry_at - moment)
            moment = outcome.retry_at
        last = sent(now=moment)
        assert (last.result, row().state) == (Result.REFUSED, DispatchState.DEAD)
        assert sent(now=moment + timedelta(days=9)).result is Result.REFUSED
    assert waits == sorted(waits)
    assert server.seen.count("RCPT") == MOST_TRIES


def test_a_server_that_is_down_is_left_alone_after_five_failures(settings):
    settings.EMAIL_PORT = 1
    results = [sent(f"tests.mail:{number}").result for number in range(6)]
    assert results == [Result.DEFERRED] * 5 + [Result.HELD]
    held = sent("tests.mail:9")
    assert (held.result, held.reason) == (Result.HELD, "no provider is free")
    assert held.retry_at > now()
    assert not Dispatch.objects.filter(key="tests.mail:9").exists()


def test_greylisting_of_readers_is_not_the_servers_fault(settings):
    with rough_server(RCPT="450 4.2.1 greylisted") as server:
        use(settings, server)
        assert {sent(f"tests.mail:{number}").result for number in range(7)} == {Result.DEFERRED}


def test_one_connection_carries_the_next_mail_and_is_opened_anew_when_it_was_closed(settings):
    with rough_server() as server:
        use(settings, server)
        sent("tests.mail:1")
        sent("tests.mail:2")
        assert (server.connections, len(server.taken)) == (1, 2)
        server.does["MAIL"] = "421 4.4.2 idle"
        assert sent("tests.mail:3").result is Result.DEFERRED
        assert server.connections == 2
        server.does.clear()
        assert sent("tests.mail:3").result is Result.SENT


def test_a_process_that_died_in_the_middle_leaves_an_unknown_end(settings):
    moment = now()
    with rough_server() as server:
        use(settings, server)
        sent(now=moment)
        Dispatch.objects.update(state=DispatchState.HANDING)
        assert sent(now=moment + timedelta(minutes=1)).result is Result.HELD
        after = sent(now=moment + dispatches.LEASE)
        assert (after.result, after.reason) == (Result.UNKNOWN, dispatches.LOST)
    assert len(server.taken) == 1


def test_lost_mails_are_settled_by_the_clock(settings):
    with rough_server() as server:
        use(settings, server)
        sent()
    Dispatch.objects.update(state=DispatchState.HANDING)
    assert dispatches.lose_old(now=now()) == 0
    assert dispatches.lose_old(now=now() + dispatches.LEASE) == 1
    assert (row().state, row().reason) == (DispatchState.UNKNOWN, dispatches.LOST)


def test_two_processes_that_both_began_send_one(settings, monkeypatch):
    """The other one takes the key between our look and our text."""
    looked = dispatches.look

    def slow(entries):
        known, (entry,) = looked(entries), entries
        Dispatch.objects.create(
            key=entry.key, stream="digest", state=DispatchState.HANDING, address_hash="x", handed_at=now()
        )
        return known

    with rough_server() as server:
        use(settings, server)
        with monkeypatch.context() as patched:
            patched.setattr(dispatches, "look", slow)
            assert sent().result is Result.HELD
    assert server.taken == []


@pytest.mark.parametrize(
    ("flag", "stream", "result"),
    [
        ("mail", Stream.TRANSACTIONAL, Result.HELD),
        ("mail", Stream.DIGEST, Result.HELD),
        ("digests", Stream.DIGEST, Result.HELD),
        ("digests", Stream.TRANSACTIONAL, Result.SENT),
    ],
)
def test_the_switches_hold_mail_and_lose_none(flag, stream, result, settings):
    FlagSwitch.objects.create(name=flag, is_on=False)
    forget()
    with rough_server() as server:
        use(settings, server)
        assert sent(stream=stream).result is result
        FlagSwitch.objects.all().delete()
        forget()
        assert sent(stream=stream).result is Result.SENT


def test_a_stopped_campaign_sends_nothing(settings):
    campaign = Campaign.objects.create(pk="digest 2026-W47", stopped_at=now(), reason="too many bounces")
    with rough_server() as server:
        use(settings, server)
        assert sent(campaign=campaign.pk).reason == "its campaign is stopped"
        assert sent("tests.mail:2", campaign="digest 2026-W48").result is Result.SENT


def test_the_rate_of_a_provider_holds(settings):
    settings.MAIL_RATES = {"smtp": 4}
    with rough_server() as server:
        use(settings, server)
        results = [sent(f"tests.mail:{number}").result for number in range(3)]
    assert results == [Result.SENT, Result.HELD, Result.HELD]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"subject": "Hi\r\nBcc: everybody@example.org"}, "Subject"),
        ({"from_email": "a@example.org\nX: y"}, "From"),
        ({"to": ["a@example.org\r\nRCPT TO:<b@example.org>"]}, "To"),
        ({"reply_to": ["a@example.org\n"]}, "Reply-To"),
        ({"extra_headers": {"X-Fine": "a\r\n\r\nbody"}}, "X-Fine"),
        ({"extra_headers": {"X-A\r\nX-B": "c"}}, "X-AX-B"),
    ],
)
def test_a_header_that_breaks_its_line_goes_nowhere(change, named, settings):
    message = letter()
    for name, value in change.items():
        setattr(message, name, value)
    with rough_server() as server:
        use(settings, server)
        outcome = send(message, stream=Stream.TRANSACTIONAL)
    assert outcome.result is Result.REFUSED
    assert named in outcome.reason
    assert server.seen == []


def test_djangos_own_functions_go_through_the_door(settings):
    with rough_server() as server:
        use(settings, server)
        assert send_mail("Hello", "text", None, [READER]) == 1
        assert EmailMessage("Hello", "text", None, [READER], cc=["other@example.org"]).send() == 1
    assert len(server.taken) == 3
    assert b"other@example.org" not in server.taken[1]
    assert {one.key[:5] for one in Dispatch.objects.all()} == {"once:"}


def test_djangos_own_functions_hear_of_a_mail_that_did_not_go(settings):
    settings.EMAIL_PORT = 1
    with pytest.raises(MailNotSent):
        send_mail("Hello", "text", None, [READER])
    assert send_mail("Hello", "text", None, [READER], fail_silently=True) == 0
    assert set(Dispatch.objects.values_list("state", flat=True)) == {DispatchState.DEAD}
