"""How the providers do, as the door would treat them now."""

import pytest
from django.test import Client
from django.utils.timezone import now

from accounts.crypto import address_hash
from mail import limits
from mail.enums import Health, Stream
from mail.health import standings
from mail.models import Dispatch
from tests.factories import make_staff
from tests.mail.conftest import READER, sent
from tests.ports import free_port


@pytest.fixture(autouse=True)
def _providers(settings) -> None:
    settings.MAIL_PROVIDERS, settings.MAIL_TRANSACTIONAL_PROVIDERS = ["smtp", "sendgrid"], ["smtp"]
    settings.MAIL_RATES = {"sendgrid": 600}


def states(provider: str, **counts: int) -> None:
    Dispatch.objects.bulk_create(
        Dispatch(key=f"{provider}:{state}:{number}", stream="digest", state=state, provider=provider, address_hash=address_hash(READER))
        for state, count in counts.items() for number in range(count)
    )  # fmt: skip


def test_each_has_its_streams_its_rate_and_its_last_hour():
    states("smtp", accepted=3, delivered=2, bounced=1, deferred=2, dead=1, unknown=1)
    smtp, sendgrid = standings(now=now())
    assert (smtp.name, smtp.streams, smtp.rate) == ("smtp", (Stream.TRANSACTIONAL, Stream.DIGEST), 30_000)
    assert (smtp.taken, smtp.bounced, smtp.refused, smtp.unknown) == (5, 1, 3, 1)
    assert smtp.health is Health.WORKING
    assert (sendgrid.streams, sendgrid.rate, sendgrid.health) == ((Stream.DIGEST,), 600, Health.IDLE)


def test_one_that_fails_says_so_then_rests_and_works_again():
    for number in range(5):
        limits.failed("smtp")
        one = standings(now=now())[0]
        assert one.failures == number + 1
        assert one.health is (Health.FAILING if number < 4 else Health.RESTING)
    assert 50 < one.rests <= 61
    limits.succeeded("smtp")
    assert standings(now=now())[0].health is Health.IDLE


def test_one_that_asked_us_to_wait_rests():
    limits.pause("sendgrid", 30)
    assert standings(now=now())[1].health is Health.RESTING


def test_a_server_that_refuses_connections_is_seen_failing(settings):
    settings.EMAIL_PORT = free_port()
    sent()
    smtp = standings(now=now())[0]
    assert (smtp.health, smtp.refused) == (Health.FAILING, 1)


def test_without_valkey_what_this_process_knows_counts(settings):
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    assert [one.health for one in standings(now=now())] == [Health.IDLE, Health.IDLE]


def test_operators_see_them_above_the_log(client: Client):
    client.force_login(make_staff())
    limits.failed("smtp")
    page = client.get("/admin/mail/dispatch/").content.decode()
    assert "Providers, in the order of trying" in page
    assert "failing (1 failure in a row)" in page
    assert "sendgrid" in page
