"""What production needs before digests may leave."""

import pytest

from mail.checks import known_providers, postal_address, providers_are_heard
from mail.enums import Stream
from mail.records import Result
from tests.mail.conftest import sent
from tests.mail.rough import rough_server


def ids(found) -> list[str]:
    return [one.id for one in found]


def test_without_a_postal_address_no_digest_leaves_in_production(settings, monkeypatch):
    settings.PRODUCTION, settings.MAIL_POSTAL_ADDRESS = True, ""
    with rough_server() as server:
        settings.EMAIL_PORT = server.port
        held = sent("tests.mail:1", stream=Stream.DIGEST)
        assert (held.result, "MAIL_POSTAL_ADDRESS" in held.reason) == (Result.HELD, True)
        assert sent("tests.mail:2").result is Result.SENT
        settings.MAIL_POSTAL_ADDRESS = "1 Example Street, Bengaluru"
        assert sent("tests.mail:1", stream=Stream.DIGEST).result is Result.SENT


def test_the_check_asks_for_it_unless_digests_are_off(settings, monkeypatch):
    settings.MAIL_POSTAL_ADDRESS = ""
    assert ids(postal_address(None)) == ["mail.E002"]
    monkeypatch.setenv("FLAG_DIGESTS", "off")
    assert postal_address(None) == []
    monkeypatch.delenv("FLAG_DIGESTS")
    settings.MAIL_POSTAL_ADDRESS = "1 Example Street, Bengaluru"
    assert postal_address(None) == []


@pytest.mark.parametrize(
    ("providers", "found"),
    [(["smtp", "sendgrid", "postmark"], []), (["nobody"], ["mail.E001"]), (["amazon_ses"], ["mail.E001"])],
)
def test_only_providers_that_can_be_used_are_accepted(providers, found, settings):
    settings.MAIL_PROVIDERS = providers
    assert ids(known_providers(None)) == found


def test_an_operator_hears_that_a_provider_cannot_be_heard(settings):
    settings.MAIL_PROVIDERS, settings.ANYMAIL = ["sendgrid"], {}
    assert ids(providers_are_heard(None)) == ["mail.W001"]
    settings.ANYMAIL = {"WEBHOOK_SECRET": "a:b"}
    assert providers_are_heard(None) == []
