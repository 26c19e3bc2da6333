"""`/api/v1/auth/`: register, sign in by token, refresh, sign out, and set a new password.

Thin views over allauth and the token families. No answer tells whether an address has an account.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm, UserTokenForm
from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.internal.flows.password_reset import finalize_password_reset, reset_password
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.signals import user_signed_up
from django.contrib.messages.storage.base import BaseStorage
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError as FormInvalid
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, NotAuthenticated, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.api.serializers import (
    Address,
    Credentials,
    Done,
    Key,
    NewPassword,
    Refreshing,
    Registration,
    SigningOut,
    Tokens,
)
from accounts.authentication import TokenAuthentication, signed_in_by_token
from accounts.enums import EndReason
from accounts.exceptions import SignInRefused, TokenRefused, TooManyRequests
from accounts.limits import ACCOUNT_MAILS, REGISTRATIONS, Policy, take
from accounts.models import TokenFamily, User
from accounts.problems import described
from accounts.services.profile import change_profile
from accounts.services.signing_in import sign_in
from accounts.site.forms import SignupForm, hash_for_nobody
from accounts.tokens.families import Pair, end_families, end_family, family_of, rotate

_TOKENS = {"access": "eyJhbGciOi…", "refresh": "eyJhbGciOi…", "token_type": "Bearer", "expires_in": 900}
_EMAIL, _PASSWORD = "vera@example.org", "seven gulls over the harbour"
_MAILED = gettext_lazy("A mail with a link is on its way, unless too many went to this address already.")


class Unauthorized(APIException):
    """401 or 409 with the reason. `field` names the field that is wrong or missing."""

    def __init__(self, refused: SignInRefused | TokenRefused) -> None:
        super().__init__(refused.detail)
        self.status_code = getattr(refused, "status", status.HTTP_401_UNAUTHORIZED)
        self.field = getattr(refused, "field", "")
        if self.status_code == status.HTTP_401_UNAUTHORIZED:
            self.auth_header = 'Bearer realm="Nocturne"'


class _Unshown(BaseStorage):
    """allauth writes messages for the next page; a client of the API has none, nor a session to keep them in."""

    def add(self, level: int, message: str, extra_tags: str | None = "") -> None:
        pass

    def _get(self, *args: Any, **kwargs: Any) -> Any:
        return [], True

    def _store(self, *args: Any, **kwargs: Any) -> Any:
        return []


class _Forgotten(SessionBase):
    """A session for the time of a request: allauth notes in one which address was verified."""

    def load(self) -> dict[str, Any]:
        return {}


class _WithoutSession(APIView):
    """A view without session or cookie.

    What allauth puts into the session is forgotten, since a cookie, or `Vary`, would tell who is known.
    """

    authentication_classes: Any = ()
    permission_classes = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """As DRF does."""
        session = request.session
        request.session = _Forgotten()
        request._messages = _Unshown(request)  # type: ignore[attr-defined]
        try:
            return super().dispatch(request, *args, **kwargs)
        finally:
            request.session = session


class Register(_WithoutSession):
    """Make an account."""

    @extend_schema(
        operation_id="auth_register",
        summary="Make an account",
        request=Registration,
        responses=described({202: Done}, 400, 413, 415, 503),
        examples=[
            OpenApiExample(
                "person", value={"email": _EMAIL, "password": _PASSWORD, "name": "Vera"}, request_only=True
            ),
            OpenApiExample("mailed", value={"detail": _MAILED}, response_only=True),
        ],
        tags=["accounts"],
    )
    def post(self, request: Request) -> Response:
        """A mail with a link follows; its last part is the key for /auth/verify. Whoever has an account already gets a
        mail that says so: the answer is the same for every address."""
        wish = _checked(Registration, request)
        _count(REGISTRATIONS, request)
        form = SignupForm(data={"email": wish["email"], "password1": wish["password"]})
        if not form.is_valid():
            raise ValidationError(
                {name.removesuffix("1"): list(errors) for name, errors in form.errors.items()}
            )
        address = _new_account(request._request, form, wish.get("name", ""))
        send_verification_email_to_address(request._request, address, signup=True)
        return Response({"detail": _MAILED}, status=status.HTTP_202_ACCEPTED)


class Verify(_WithoutSession):
    """Confirm the address of a new account."""

    @extend_schema(
        operation_id="auth_verify",
        summary="Confirm an address",
        request=Key,
        responses=described({200: Done}, 400, 413, 415),
        examples=[OpenApiExample("key", value={"key": "MQ:1vM2x1:Kd0…"}, request_only=True)],
        tags=["accounts"],
    )
    def post(self, request: Request) -> Response:
        """The key is the last part of the link in the mail. After this one can sign in."""
        found = EmailConfirmationHMAC.from_key(_checked(Key, request)["key"])
        if found is None or found.confirm(request._request) is None:
            raise ValidationError(
                {"key": [gettext("It was used, or is too old. Sign in, and a new mail is sent.")]}
            )
        return Response({"detail": gettext("The address is confirmed. Sign in.")})


class Login(_WithoutSession):
    """Sign in."""

    @extend_schema(
        operation_id="auth_login",
        summary="Sign in",
        request=Credentials,
        responses=described({200: Tokens}, 400, 401, 413, 415, 503),
        examples=[
            OpenApiExample("credentials", value={"email": _EMAIL, "password": _PASSWORD}, request_only=True),
            OpenApiExample("tokens", value=_TOKENS, response_only=True, status_codes=["200"]),
        ],
        tags=["accounts"],
    )
    def post(self, request: Request) -> Response:
        """A pair of tokens. An account with a second factor needs a code in `otp` too; without one the answer is 401
        with `otp` in `errors`. The address must be confirmed: staff are told so, with `email` in `errors`; others
        are answered as for a wrong password. Guesses are limited together with those on the site."""
        wish = _checked(Credentials, request)
        try:
            pair = sign_in(
                request._request, email=wish["email"], password=wish["password"], code=wish.get("otp", "")
            )
        except SignInRefused as refused:
            raise Unauthorized(refused) from refused
        return _tokens(pair)


class Refresh(_WithoutSession):
    """Exchange a refresh token."""

    @extend_schema(
        operation_id="auth_refresh",
        summary="Get the next tokens",
        request=Refreshing,
        responses=described({200: Tokens}, 400, 401, 409, 413, 415),
        examples=[
            OpenApiExample("refresh", value={"refresh": "eyJhbGciOi…"}, request_only=True),
            OpenApiExample("tokens", value=_TOKENS, response_only=True, status_codes=["200"]),
        ],
        tags=["accounts"],
    )
    def post(self, request: Request) -> Response:
        """Each refresh token works once; keep the new one. A second use of one ends the whole sign-in, since somebody
        else may have it. Of two requests at the same moment one wins; the other gets 409 and no tokens."""
        try:
            return _tokens(rotate(_checked(Refreshing, request)["refresh"]))
        except TokenRefused as refused:
            raise Unauthorized(refused) from refused


class Logout(_WithoutSession):
    """Sign out."""

    authentication_classes = (TokenAuthentication,)

    def perform_authentication(self, request: Request) -> None:
        """Only where the access token is needed: it may have expired."""

    @extend_schema(
        operation_id="auth_logout",
        summary="Sign out",
        auth=[{"token": []}, {}],  # type: ignore[list-item]  # the access token is needed without a refresh token alone
        request=SigningOut,
        responses=described(
            {204: OpenApiResponse(description="None of the tokens is accepted any more.")}, 400, 401, 413, 415
        ),
        examples=[OpenApiExample("refresh", value={"refresh": "eyJhbGciOi…"}, request_only=True)],
        tags=["accounts"],
    )
    def post(self, request: Request) -> Response:
        """Ends the sign-in of the refresh token in the body, else of the access token. A token that has ended or is
        none of ours is no error (RFC 7009, 2.2)."""
        wish = _checked(SigningOut, request)
        if family := _family(request, wish.get("refresh", "")):
            end_family(family, EndReason.SIGNED_OUT)
            if wish["everywhere"]:
                end_families(family.user, EndReason.SIGNED_OUT)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordReset(_WithoutSession):
    """Ask for a new password."""

    @extend_schema(
        operation_id="auth_password_reset",
        summary="Ask for a new password",
        request=Address,
        responses=described({202: Done}, 400, 413, 415),
        examples=[
            OpenApiExample("address", value={"email": _EMAIL}, request_only=True),
            OpenApiExample("mailed", value={"detail": _MAILED}, response_only=True),
        ],
        tags=["accounts"],
    )
    def post(self, request: Request) -> Response:
        """A mail with a link follows. The answer is the same for every address."""
        form = ResetPasswordForm(data=_checked(Address, request))
        _count(ACCOUNT_MAILS, request)
        if form.is_valid():
            form.save(request._request)
        return Response({"detail": _MAILED}, status=status.HTTP_202_ACCEPTED)


class PasswordResetConfirm(_WithoutSession):
    """Set a new password."""

    @extend_schema(
        operation_id="auth_password_reset_confirm",
        summary="Set a new password",
        request=NewPassword,
        responses=described({200: Done}, 400, 413, 415, 503),
        examples=[
            OpenApiExample("password", value={"key": "4x-d1b2…", "password": _PASSWORD}, request_only=True)
        ],
        tags=["accounts"],
    )
    def post(self, request: Request) -> Response:
        """The key is the last part of the link in the mail; it works once. All sessions and tokens of the account end."""
        wish = _checked(NewPassword, request)
        uid, _, key = wish["key"].replace("/", "-").strip("-").partition("-")
        form = UserTokenForm(data={"uidb36": uid, "key": key})
        person = form.reset_user if form.is_valid() else None
        if person is None or not person.is_active:
            raise ValidationError({"key": [gettext("It was used, or is too old. Ask for a new one.")]})
        try:
            get_adapter().clean_password(wish["password"], user=person)
        except FormInvalid as error:
            raise ValidationError({"password": error.messages}) from error
        reset_password(person, wish["password"])
        finalize_password_reset(request._request, person)
        return Response({"detail": gettext("The password is set. Sign in.")})


def _checked(kind: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """The valid body. Raises ValidationError."""
    asked = kind(data=request.data)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def _count(policy: Policy, request: Request) -> None:
    """Count a request together with those of the site. Raises TooManyRequests."""
    taken = take(policy, request._request)
    if not taken.allowed:
        raise TooManyRequests(taken.reset)


def _new_account(request: HttpRequest, form: SignupForm, name: str) -> EmailAddress:
    """The address of the new account; one without an account where it has one already."""
    if form.account_already_exists:
        hash_for_nobody(form.cleaned_data["password1"])
    else:
        try:
            with transaction.atomic():
                person = form.save(request)
                user_signed_up.send(sender=User, request=request, user=person)
                change_profile(person, {"name": name} if name else {})
            return EmailAddress.objects.get(user=person)
        except IntegrityError:  # registered twice at the same moment
            pass
    return EmailAddress(user=None, email=form.cleaned_data["email"])


def _family(request: Request, refresh: str) -> TokenFamily | None:
    """The family to end. Raises NotAuthenticated without any token."""
    if refresh:
        try:
            return family_of(refresh)
        except TokenRefused:
            return None
    signed_in = signed_in_by_token(request) if request.user.is_authenticated else None
    if signed_in is None:
        raise NotAuthenticated(
            gettext("Send the refresh token in the body, or the access token in the header.")
        )
    return TokenFamily.objects.select_related("user").get(pk=signed_in.family_id)


def _tokens(pair: Pair) -> Response:
    return Response(
        {
            "access": pair.access,
            "refresh": pair.refresh,
            "token_type": "Bearer",
            "expires_in": pair.expires_in,
        }
    )
