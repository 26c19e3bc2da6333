"""Checks of `check --deploy` for keys and proxies."""

from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

#: Characters; 32 random ones cannot be guessed.
SHORTEST: Final = 32
_HINT: Final = "python -c 'import secrets; print(secrets.token_urlsafe(48))' makes one; see docs/keys.md."


@register(Tags.security, deploy=True)
def encryption_keys(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Check FIELD_ENCRYPTION_KEYS: they must be set, be long enough, and differ from the secret key.

    The secret key has other reasons to change.
    """
    keys = list(settings.FIELD_ENCRYPTION_KEYS)
    signing = {settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS}
    if not keys or keys[0] in signing:
        return [Error("FIELD_ENCRYPTION_KEYS is not set, or begins with SECRET_KEY: a new SECRET_KEY would lock all credentials and addresses up.",
                      hint=_HINT, id="accounts.E001")]  # fmt: skip
    if any(len(key) < SHORTEST for key in keys):
        return [
            Error(
                f"A key of FIELD_ENCRYPTION_KEYS has fewer than {SHORTEST} characters.",
                hint=_HINT,
                id="accounts.E002",
            )
        ]
    if len(set(keys)) < len(keys):
        return [
            Error(
                "FIELD_ENCRYPTION_KEYS names a key twice.",
                hint="Name each once, the newest first.",
                id="accounts.E003",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def lookup_key(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Check that the key of the hashes of addresses is long enough: whoever guesses it can try every address."""
    if len(settings.LOOKUP_KEY) >= SHORTEST:
        return []
    return [
        Error(f"LOOKUP_KEY has fewer than {SHORTEST} characters.", hint="Choose it well once: it cannot be changed later. " + _HINT, id="accounts.E005")
    ]  # fmt: skip


@register(Tags.security, deploy=True)
def signing_keys(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Check that the keys of tokens are long enough (RFC 7518, 3.2: HS256 needs 256 bits)."""
    return [
        Error(f"A key of {name} has fewer than {SHORTEST} characters.", hint=_HINT, id="accounts.E004")
        for name, keys in (
            ("JWT_SIGNING_KEY", [settings.JWT_SIGNING_KEY]),
            ("JWT_SIGNING_KEY_FALLBACKS", settings.JWT_SIGNING_KEY_FALLBACKS),
        )
        if any(len(key) < SHORTEST for key in keys)
    ]


@register(Tags.security, deploy=True)
def second_factor(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Staff need a second factor in production."""
    if settings.STAFF_SECOND_FACTOR:
        return []
    return [
        Error(
            "STAFF_SECOND_FACTOR is off: a stolen password of a member of staff opens the admin.",
            hint="Remove it: it is on by default in production.",
            id="accounts.E010",
        )
    ]


@register(Tags.security, deploy=True)
def named_proxies(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """An installation that trusts X-Forwarded-Proto must name its proxy: otherwise all visitors count as one."""
    if settings.SECURE_PROXY_SSL_HEADER and not settings.TRUSTED_PROXIES:
        return [Warning("TRUSTED_PROXIES names no proxy: behind one, all visitors count as one address in every limit.",
                        hint="Name its addresses, such as 127.0.0.1 or 172.16.0.0/12; without a proxy set TRUST_PROXY=false.", id="accounts.W001")]  # fmt: skip
    return []
