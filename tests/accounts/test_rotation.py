"""After a rotation only the newest key is needed."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts import checks, rotation
from accounts.crypto import DecryptionFailed, address_hash
from digests.models import Subscription
from sources.models import Credential
from tests.factories import make_city, make_credential

pytestmark = pytest.mark.django_db
OLD, NEW = "old " * 12, "new " * 12


@pytest.fixture
def keys(settings: Any) -> Any:
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    settings.LOOKUP_KEY = OLD
    return settings


def fill() -> None:
    """Store a secret in every encrypted field."""
    for number in range(3):
        make_credential(name=f"c{number}", key=f"a secret of {number}")
    Credential.objects.filter(name="c0").update(previous='{"key": "the one before"}')
    Subscription.objects.create(
        address="reader@example.org",
        address_hash=address_hash("reader@example.org"),
        city=make_city(),
        token_hash="t",
    )


def rotate() -> str:
    out = StringIO()
    call_command("rotate_source_keys", stdout=out)
    return out.getvalue()


def test_every_encrypted_field_of_the_house_is_found() -> None:
    found = {f"{model._meta.label}.{field.name}" for model, field in rotation.encrypted_fields()}
    assert {
        "sources.Credential.secret",
        "sources.Credential.previous",
        "digests.Subscription.address",
    } <= found


def test_afterwards_the_newest_key_alone_opens_every_row(keys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    fill()
    keys.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    said = rotate()
    assert "sources.Credential.secret: 3 encrypted again" in said
    assert "No row is left on an older key." in said
    keys.FIELD_ENCRYPTION_KEYS = [NEW]
    assert Credential.objects.get(name="c2").secret == '{"key": "a secret of 2"}'
    assert Credential.objects.get(name="c0").previous == '{"key": "the one before"}'
    assert (
        Subscription.objects.get(address_hash=address_hash("reader@example.org")).address
        == "reader@example.org"
    )
    keys.FIELD_ENCRYPTION_KEYS = [OLD]
    with pytest.raises(DecryptionFailed):
        Credential.objects.get(name="c2")


def test_what_is_left_can_be_asked_without_a_change(keys: Any) -> None:
    fill()
    keys.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    before = raw()
    with pytest.raises(CommandError, match="values are under an older key"):
        call_command("rotate_source_keys", "--check")
    assert raw() == before
    rotate()
    call_command("rotate_source_keys", "--check", stdout=StringIO())


def test_rotating_again_touches_nothing(keys: Any) -> None:
    fill()
    keys.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    rotate()
    before = raw()
    assert "sources.Credential.secret: 0 encrypted again" in rotate()
    assert raw() == before


def test_a_row_that_no_key_opens_ends_it_with_what_to_do(keys: Any) -> None:
    fill()
    keys.FIELD_ENCRYPTION_KEYS = [NEW]
    with pytest.raises(CommandError, match="Put the missing key back"):
        rotate()


def test_what_is_left_is_an_error(keys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fill()
    keys.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    monkeypatch.setattr("sources.management.commands.rotate_source_keys.rotate_all", dict)
    with pytest.raises(CommandError, match="5 values are still under an older key"):
        rotate()


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ([NEW], None),
        ([NEW, "secret" * 9], None),
        (["secret" * 9], "accounts.E001"),
        (["fallback" * 9, NEW], "accounts.E001"),
        ([], "accounts.E001"),
        (["short"], "accounts.E002"),
        ([NEW, "short"], "accounts.E002"),
        ([NEW, NEW], "accounts.E003"),
    ],
)
def test_a_deployment_without_good_keys_is_refused(
    settings: Any, given: list[str], refused: str | None
) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "secret" * 9, ["fallback" * 9]
    settings.FIELD_ENCRYPTION_KEYS = given
    assert [error.id for error in checks.encryption_keys(None)] == ([refused] if refused else [])


def raw() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret, previous FROM sources_credential ORDER BY id")
        return cursor.fetchall()
