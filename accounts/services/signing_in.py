"""Signs API clients in: password, verified address, second factor, then a token family."""

from typing import Final

import structlog
from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.contrib.auth.models import update_last_login
from django.http import HttpRequest

from accounts.exceptions import AddressUnconfirmed, CodeMissing, CodeWrong, SignInRefused, TooBusy
from accounts.models import User, fold_login
from accounts.services.codes import use_up
from accounts.sign_in_networks import note_network
from accounts.throttling import count_guess, give_back
from accounts.tokens.families import Pair, start_family

log = structlog.get_logger(__name__)

#: What a code can be checked against. A passkey needs a browser; its owner has recovery codes.
_CODES: Final = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


def sign_in(request: HttpRequest, *, email: str, password: str, code: str = "") -> Pair:
    """Check the password and, where the account has a second factor, the code; then start a family.

    Raises SignInRefused for an unknown address, a wrong password and an address that is not verified, alike;
    whoever knew the password of the last gets its mail again, as often as limits allow. Staff are told so by
    AddressUnconfirmed. Raises CodeMissing and CodeWrong, and LoginRefused by the throttle of all ways to sign in.
    Must run outside any transaction.
    """
    person = authenticate(request, username=email, password=password)
    if not isinstance(person, User):
        raise SignInRefused
    _require_verified(request, person)
    methods = ["pwd"]
    if Authenticator.objects.filter(user=person).exists():
        _use_code(request, person, code)
        methods.append("otp")
    pair = start_family(person, methods=methods, client=request.headers.get("User-Agent", ""))
    note_network(request, person)
    update_last_login(None, person)  # type: ignore[arg-type] # which voids the links of mails to sign in
    return pair


def _require_verified(request: HttpRequest, person: User) -> None:
    address = EmailAddress.objects.filter(user=person, email=fold_login(person.email)).first()
    if address is None:  # made by an operator
        address = EmailAddress(user=person, email=fold_login(person.email), primary=True)
        address.save()
    if not address.verified:
        send_verification_email_to_address(request, address)
        raise AddressUnconfirmed if person.is_staff else SignInRefused


def _use_code(request: HttpRequest, person: User, code: str) -> None:
    """Use up a code. Guesses are counted apart from those at the password, as on the site."""
    if not code:
        raise CodeMissing
    guess = count_guess(fold_login(person.email), network="", device="second factor")
    try:
        factor = _matching(person, code)
    except TooBusy:
        give_back(guess)
        raise
    if factor is None or not use_up(person, code):
        log.warning("login_failed")
        raise CodeWrong
    give_back(guess)
    factor.record_usage()
    signals.authenticator_used.send(
        sender=Authenticator, request=request, user=person, authenticator=factor, reauthenticated=False, passwordless=False
    )  # fmt: skip


def _matching(person: User, code: str) -> Authenticator | None:
    held = Authenticator.objects.filter(user=person, type__in=_CODES).order_by("-type")
    return next((each for each in held if each.wrap().validate_code(code)), None)
