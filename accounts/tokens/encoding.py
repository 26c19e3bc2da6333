"""Signs and reads JSON web tokens (RFC 7519) by djangorestframework-simplejwt, with keys that can be rotated.

The newest key signs; older ones (JWT_SIGNING_KEY_FALLBACKS) still verify.
"""

from functools import cache
from typing import Any

from django.conf import settings
from rest_framework_simplejwt import tokens
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenBackendExpiredToken, TokenError

from accounts.exceptions import TokenInvalid

ALGORITHM = "HS256"
#: Our tokens have about 600 characters.
LONGEST = 2_000


class _Backend(TokenBackend):
    """Verifies with each key in turn, the newest first."""

    def __init__(self, newest: str, *older: str) -> None:
        super().__init__(ALGORITHM, newest)
        self._older = [TokenBackend(ALGORITHM, key) for key in older]

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        try:
            return super().decode(token, verify)
        except TokenBackendExpiredToken:
            raise
        except TokenBackendError:
            for each in self._older:
                try:
                    return each.decode(token, verify)
                except TokenBackendExpiredToken:
                    raise
                except TokenBackendError:
                    continue
            raise


@cache
def _backend(keys: tuple[str, ...]) -> _Backend:
    return _Backend(*keys)


class _Signed:
    """Mixed into simplejwt's tokens: signs and verifies by our keys."""

    def get_token_backend(self) -> TokenBackend:
        return _backend((settings.JWT_SIGNING_KEY, *settings.JWT_SIGNING_KEY_FALLBACKS))


class AccessToken(_Signed, tokens.AccessToken):
    """Opens the API for ACCESS_TOKEN_LIFETIME."""


class RefreshToken(_Signed, tokens.RefreshToken):  # type: ignore[misc]
    """Gets the next pair of tokens, once."""


def read_claims(kind: type[AccessToken] | type[RefreshToken], text: str) -> dict[str, Any]:
    """The claims of a token of this kind. Raises TokenInvalid for anything else, and for an expired one."""
    if len(text) > LONGEST or not text.isascii():
        raise TokenInvalid
    try:
        claims: dict[str, Any] = kind(text).payload  # type: ignore[arg-type]
    except TokenError as error:
        raise TokenInvalid from error
    return claims
