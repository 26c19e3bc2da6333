"""Errors of sign-in and user input."""

from django.utils.translation import gettext, gettext_lazy

from accounts.waiting import wait_words


class InputRefused(Exception):
    """User input is refused. `field` is its name; `advice` continues it: "is no web address. Write …".

    Other languages set a colon between them. Without a field `advice` is the whole sentence.
    """

    def __init__(self, field: str, advice: str) -> None:
        self.field, self.advice = field, advice
        words = {"field": gettext(field.capitalize()), "advice": advice} if field else {}
        self.detail = gettext("%(field)s %(advice)s") % words if words else advice
        super().__init__(self.detail)


class LoginRefused(Exception):
    """The password was not checked: retry in `retry_after` seconds. `status` is the HTTP status."""

    status = 429

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.detail, self.retry_after = detail, retry_after


class TooManyGuesses(LoginRefused):
    """Too many passwords were tried recently."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            gettext("Too many passwords were tried. Wait %(time)s, then try again.")
            % {"time": wait_words(retry_after, in_minutes=False)},
            retry_after,
        )


class TooManyRequests(LoginRefused):
    """Too many mails or accounts were asked for from one network."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            gettext("Too many requests came from your network. Wait %(time)s, then try again.")
            % {"time": wait_words(retry_after)},
            retry_after,
        )


class TooBusy(LoginRefused):
    """More passwords wait for hashing than this process accepts."""

    status = 503

    def __init__(self) -> None:
        super().__init__(gettext("Too many people sign in at this moment. Try again in a few seconds."), 5)


class TokenRefused(Exception):
    """A token is refused. `detail` is for the client's developer; `status` is the HTTP status."""

    status = 401

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class TokenInvalid(TokenRefused):
    """No token of ours, of another kind, or expired."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or gettext("The token is invalid or has expired."))


class TokenEnded(TokenRefused):
    """The sign-in that the token came from has ended."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or gettext("This sign-in has ended. Sign in again."))


class TokenReused(TokenEnded):
    """A refresh token was used a second time, so its whole family has ended (RFC 9700, 4.14.2)."""

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "This refresh token was used before, so all tokens of its sign-in are revoked. Sign in again."
            )
        )


class TokenRaced(TokenRefused):
    """Two requests exchanged one refresh token at the same time, and the other one won."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("Another request exchanged this refresh token at the same moment. Use its answer.")
        )


class KeyRefused(TokenRefused):
    """An API key that does not exist, was revoked or has expired; nobody is told which."""

    def __init__(self) -> None:
        super().__init__(gettext("This API key is not valid, was revoked, or has expired. Make another one."))


class SignInRefused(Exception):
    """Address and password do not open an account. It never says which of them, nor why."""

    field = ""
    detail = gettext_lazy(
        "The address or the password is wrong, or the address is not confirmed: then we sent its mail again."
    )


class AddressUnconfirmed(SignInRefused):
    """The password is right, and the address of this account of the staff is not confirmed.

    Only staff are told: an operator made their account. Of other accounts the same words would tell who has one.
    """

    field = "email"
    detail = gettext_lazy(
        "The password is right, but this address is not confirmed. Open the link in the mail that we sent, "
        "then sign in again."
    )


class CodeMissing(SignInRefused):
    """The password is right; a code of the second factor is needed too."""

    field = "otp"
    detail = gettext_lazy(
        "This account has a second factor. Send a code of the authenticator app, or a recovery code."
    )


class CodeWrong(SignInRefused):
    """The code is wrong, or was used before."""

    field = "otp"
    detail = gettext_lazy("The code is wrong, or was used before.")
