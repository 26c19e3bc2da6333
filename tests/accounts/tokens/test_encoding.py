"""How tokens are signed and read."""

import base64
import json
from datetime import timedelta

import jwt
import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.checks import run_checks

from accounts.exceptions import TokenInvalid
from accounts.tokens.encoding import AccessToken, RefreshToken, read_claims
from config.env import token_key
from tests.factories import NOW

NEW, OLD, SHORT = "new key " * 5, "old key " * 5, "k" * 31


@pytest.fixture
def keys(settings):
    settings.JWT_SIGNING_KEY, settings.JWT_SIGNING_KEY_FALLBACKS = OLD, []
    return settings


def test_a_key_is_replaced_while_tokens_of_the_former_one_go_on(keys):
    token = str(AccessToken())
    keys.JWT_SIGNING_KEY, keys.JWT_SIGNING_KEY_FALLBACKS = NEW, [OLD]
    assert read_claims(AccessToken, token)["token_type"] == "access"
    assert jwt.decode(str(AccessToken()), NEW, algorithms=["HS256"])
    keys.JWT_SIGNING_KEY_FALLBACKS = []
    with pytest.raises(TokenInvalid):
        read_claims(AccessToken, token)


@pytest.mark.parametrize("key", [OLD, NEW])
def test_an_expired_token_of_any_key_is_refused(keys, key):
    keys.JWT_SIGNING_KEY = key
    token = str(AccessToken())
    keys.JWT_SIGNING_KEY, keys.JWT_SIGNING_KEY_FALLBACKS = NEW, [OLD]
    with time_machine.travel(NOW + timedelta(minutes=16)), pytest.raises(TokenInvalid):
        read_claims(AccessToken, token)


def unsigned(claims: dict) -> str:
    words = [{"alg": "none", "typ": "JWT"}, claims]
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(word).encode()).decode().rstrip("=") for word in words)
        + "."
    )


def test_nothing_but_our_own_signature_is_read(keys):
    claims = AccessToken().payload
    forged = [
        "", "x", "a.b.c", "\u0661.b.c", unsigned(claims), jwt.encode(claims, NEW), jwt.encode(claims, OLD * 2, algorithm="HS512"),
        str(RefreshToken()), jwt.encode({"token_type": "access", "jti": "1"}, OLD), str(AccessToken()) + "x" * 3000,
    ]  # fmt: skip
    for token in forged:
        with pytest.raises(TokenInvalid):
            read_claims(AccessToken, token)


def test_tokens_are_short_lived_and_name_no_address(keys):
    access, refresh = AccessToken(), RefreshToken()
    assert access["exp"] - access["iat"] <= 15 * 60
    assert refresh["exp"] - refresh["iat"] == 30 * 24 * 3600


def test_the_key_of_tokens_is_no_other_key():
    secret = django_settings.SECRET_KEY
    assert django_settings.JWT_SIGNING_KEY == token_key(secret) != secret
    assert len(token_key("x")) == 64


@pytest.mark.parametrize(("key", "older"), [(SHORT, []), (NEW, [SHORT])])
def test_a_short_key_fails_the_check_for_deployment(settings, key, older):
    settings.JWT_SIGNING_KEY, settings.JWT_SIGNING_KEY_FALLBACKS = key, older
    found = [
        each.id for each in run_checks(include_deployment_checks=True) if each.id.startswith("accounts.E")
    ]
    assert "accounts.E004" in found


def test_a_long_key_passes_the_check_for_deployment(settings):
    settings.JWT_SIGNING_KEY, settings.JWT_SIGNING_KEY_FALLBACKS = NEW, [OLD]
    assert "accounts.E004" not in [each.id for each in run_checks(include_deployment_checks=True)]
