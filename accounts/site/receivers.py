"""What allauth tells is recorded in the log; what is done with all data of a person is told by mail."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa import signals as factors
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as providers
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language

from accounts import signals as privacy
from accounts.actions import Action, Word, record_action, target_of
from accounts.devices import device_of
from accounts.enums import EndReason
from accounts.keys.scopes import ABOUT, Scope
from accounts.models import ApiKey, Erasure, User, fold_login
from accounts.privacy.person import Person
from accounts.services import profile
from accounts.services.sessions import session_began, session_ended
from accounts.sign_in_networks import note_network

#: The views that take the key of a mail and only confirm the address.
_CONFIRMING = ("account_confirm_email", "api-verify")


@receiver(user_logged_in, dispatch_uid="accounts.site.signed_in")
def tell_sign_in(request: HttpRequest | None, user: User, **_: Any) -> None:
    """A browser signed in, with what it showed."""
    if request is None or not request.session.session_key:
        return
    methods = [each["method"] for each in request.session.get("account_authentication_methods", [])]
    session_began(
        user,
        request.session.session_key,
        client=request.headers.get("User-Agent", ""),
        methods=methods or ["password"],
        known=bool(device_of(request, fold_login(user.email))),
    )
    note_network(request, user)


@receiver(user_logged_out, dispatch_uid="accounts.site.signed_out")
def tell_sign_out(request: HttpRequest | None, user: User | None, **_: Any) -> None:
    """A browser signed out; the account may be gone already."""
    if request is not None:
        request.signed_out = True  # type: ignore[attr-defined]  # accounts.middleware.SignedInMiddleware tells scripts
    if request is None or user is None or not request.session.session_key or user.pk is None:
        return
    session_ended(
        user,
        request.session.session_key,
        client=request.headers.get("User-Agent", ""),
        reason=EndReason.SIGNED_OUT,
    )


@receiver(post_save, sender=User, dispatch_uid="accounts.site.address_set")
def follow_address(
    instance: User, created: bool, update_fields: Iterable[str] | None = None, **_: Any
) -> None:
    """Forget addresses that are not the account's any more: mails to them must not sign anybody in."""
    if not created and (update_fields is None or "email" in update_fields):
        EmailAddress.objects.filter(user=instance).exclude(email=fold_login(instance.email)).delete()


@receiver(account.user_signed_up, dispatch_uid="accounts.site.registered")
def tell_registration(user: User, **_: Any) -> None:
    """A new account. Its mails are in the language in which it was made, until another one is chosen."""
    if not user.language and (language := get_language()) in profile.languages():
        user.language = str(language)
        user.save(update_fields=["language"])
    record_action(user, Action.REGISTERED, target=target_of(user))


@receiver(account.email_confirmed, dispatch_uid="accounts.site.verified")
def tell_verification(request: HttpRequest, email_address: EmailAddress, **_: Any) -> None:
    """An address was verified.

    A link or code that signs in proves who reads the mail, not who chose the password: a stranger may have
    made the account. The password is void then, and the owner sets one.
    """
    person: User = email_address.user
    route = request.resolver_match.url_name if request.resolver_match else ""
    if route not in _CONFIRMING and person.has_usable_password() and person.last_login is None:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    record_action(person, Action.ADDRESS_VERIFIED, target=target_of(person))


@receiver(account.password_changed, dispatch_uid="accounts.site.password_changed")
@receiver(account.password_set, dispatch_uid="accounts.site.password_set")
def tell_password(user: User, **_: Any) -> None:
    """A password was changed or set."""
    record_action(user, Action.PASSWORD_CHANGED, target=target_of(user))


@receiver(account.password_reset, dispatch_uid="accounts.site.password_reset")
def tell_reset(user: User, **_: Any) -> None:
    """A password was reset by a mail, which also proves the address."""
    for address in EmailAddress.objects.filter(user=user, email=user.email.lower()):
        address.set_verified()
    record_action(user, Action.PASSWORD_RESET, target=target_of(user))


@receiver(factors.authenticator_added, dispatch_uid="accounts.site.factor_added")
def tell_factor(user: User, authenticator: Authenticator, **_: Any) -> None:
    """A second factor or a passkey was added; recovery codes are made with the first one."""
    is_codes = authenticator.type == Authenticator.Type.RECOVERY_CODES
    action = Action.RECOVERY_CODES_MADE if is_codes else Action.FACTOR_ADDED
    record_action(user, action, target=target_of(user), after={"type": Word(authenticator.type)})


@receiver(factors.authenticator_reset, dispatch_uid="accounts.site.factor_reset")
def tell_new_codes(user: User, **_: Any) -> None:
    """New recovery codes replaced the old ones."""
    record_action(user, Action.RECOVERY_CODES_MADE, target=target_of(user))


@receiver(factors.authenticator_removed, dispatch_uid="accounts.site.factor_removed")
def tell_removed_factor(user: User, authenticator: Authenticator, **_: Any) -> None:
    """A second factor or a passkey was removed."""
    record_action(
        user, Action.FACTOR_REMOVED, target=target_of(user), before={"type": Word(authenticator.type)}
    )


@receiver(factors.authenticator_used, dispatch_uid="accounts.site.factor_used")
def tell_used_code(user: User, authenticator: Authenticator, **_: Any) -> None:
    """A recovery code was used."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        record_action(user, Action.RECOVERY_CODE_USED, target=target_of(user))


@receiver(providers.social_account_added, dispatch_uid="accounts.site.provider_added")
def tell_provider(sociallogin: Any, **_: Any) -> None:
    """Google or GitHub was connected."""
    record_action(
        sociallogin.user,
        Action.PROVIDER_CONNECTED,
        target=target_of(sociallogin.user),
        after={"provider": Word(sociallogin.account.provider)},
    )


@receiver(providers.social_account_removed, dispatch_uid="accounts.site.provider_removed")
def tell_removed_provider(socialaccount: Any, **_: Any) -> None:
    """Google or GitHub was disconnected."""
    record_action(
        socialaccount.user,
        Action.PROVIDER_DISCONNECTED,
        target=target_of(socialaccount.user),
        before={"provider": Word(socialaccount.provider)},
    )


@receiver(privacy.erasure_asked, dispatch_uid="accounts.site.erasure_asked")
def mail_erasure(erasure_id: UUID, is_new: bool, **_: Any) -> None:
    """The last mail, sent before the task begins: with the address, nobody could send it afterwards."""
    if is_new:
        person = Person.from_json(Erasure.objects.get(pk=erasure_id).person)
        for address in person.addresses[:1]:
            get_adapter().send_mail("account/email/account_erased", address, {})


@receiver(privacy.export_made, dispatch_uid="accounts.site.export_made")
def mail_export(user_id: UUID, **_: Any) -> None:
    """The zip is there; the link leads to the page, which asks for the password."""
    person = User.objects.get(pk=user_id)
    context = {"export_url": settings.SITE_URL + reverse("account_export")}
    get_adapter().send_mail("account/email/export_ready", person.email, context)


@receiver(privacy.key_made, dispatch_uid="accounts.site.key_made")
def mail_key(user_id: UUID, key_id: UUID, **_: Any) -> None:
    """Whoever did not make it learns of it, and where to revoke it."""
    row = ApiKey.objects.select_related("user").get(pk=key_id)
    may = [str(ABOUT[Scope(each)]) for each in row.scopes] + row.rights
    context = {
        "key_name": row.name,
        "shown": row.shown,
        "may": "; ".join(may),
        "until": date_format(row.expires_at, "j M Y"),
        "keys_url": settings.SITE_URL + reverse("account_keys"),
    }
    get_adapter().send_mail("account/email/key_made", row.user.email, context)
