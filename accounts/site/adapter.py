"""What allauth asks of the site: mails, secrets at rest, the visitor's network."""

from typing import Any, Final

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import filter_users_by_email, get_next_redirect_url
from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from accounts.addresses import address_of
from accounts.crypto import address_hash, decrypt, encrypt
from accounts.factors import KINDS
from accounts.limits import MAILED, take_for
from accounts.networks import coarse
from accounts.services.profile import language_of
from accounts.site.links import link_for
from accounts.site.mails import ASKED_FOR, compose
from accounts.site.onward import onward
from languages.addresses import in_language
from languages.reading import current_code

log = structlog.get_logger(__name__)
#: The address of a page to come back to; it stands in the links of mails.
_LONGEST_NEXT: Final = 1_000


class AccountAdapter(DefaultAccountAdapter):
    """Accounts: mails of the house, which name the site by SITE_URL and never by a request's Host header."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The visitor's network, which is stored with a session: nobody's whole address is."""
        return coarse(address_of(request))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The page that confirms the address. It keeps where the person came from."""
        path = reverse("account_confirm_email", args=[emailconfirmation.key])
        return settings.SITE_URL + onward(request, path)

    def respond_email_verification_sent(self, request: HttpRequest, user: Any) -> HttpResponseRedirect:
        """To the page about the mail, which keeps where the person came from."""
        return HttpResponseRedirect(onward(request, reverse("account_email_verification_sent")))

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _, token = key.partition("-")
        return settings.SITE_URL + reverse("account_reset_password_from_key", args=[uid, token])

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """With addresses in the language of the page: allauth compares them with the request's, and would lead from the page to itself."""
        methods = super().get_reauthentication_methods(user)
        return [{**method, "url": in_language(method["url"], current_code())} for method in methods]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one mail.

        What a stranger can ask for is sent at most five times an hour to one address; the page says the same.
        A server that refuses the mail is logged, not shown: the answer would tell who has an account.
        """
        if template_prefix in ASKED_FOR and not take_for(MAILED, address_hash(email)).allowed:
            log.warning("account_mail_withheld", mail=template_prefix)
            return
        try:
            self.render_mail(template_prefix, email, {"email": email, **context}).send()
        except OSError as error:  # SMTPException is one
            log.error("account_mail_failed", mail=template_prefix, error=type(error).__name__)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        to = email if isinstance(email, str) else email[0]
        links = {
            "signup_url": settings.SITE_URL + reverse("account_signup"),
            "password_reset_url": context.get("password_reset_url")
            if template_prefix.endswith("password_reset_key")
            else settings.SITE_URL + reverse("account_reset_password"),
        }
        if template_prefix == "account/email/login_code":
            links["login_url"] = self._login_link(to)
        return compose(template_prefix, to, {**context, **links}, language=language_of(to))

    def is_safe_url(self, url: str | None) -> bool:
        """Only paths of this site, of a bounded length; allauth would follow every host of ALLOWED_HOSTS."""
        is_path = bool(url) and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
        return is_path and str(url).startswith("/") and len(str(url)) <= _LONGEST_NEXT

    def _login_link(self, email: str) -> str:
        people = filter_users_by_email(email, is_active=True, prefer_verified=True)
        return link_for(people[0], next_url=get_next_redirect_url(current.request) or "") if people else ""


class FactorAdapter(DefaultMFAAdapter):
    """Second factors: secrets are encrypted with FIELD_ENCRYPTION_KEYS."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises DecryptionFailed."""
        return decrypt(encrypted_text)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """A name to start with; the owner can change it."""
        held = user.authenticator_set.filter(type=type).count()
        return gettext("Passkey %(number)d") % {"number": held + 1}

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Staff who need a factor keep their last one; a new one is added first."""
        person = authenticator.user
        if not (settings.STAFF_SECOND_FACTOR and person.is_staff) or authenticator.type not in KINDS:
            return True
        return bool(person.authenticator_set.filter(type__in=KINDS).exclude(pk=authenticator.pk).exists())

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Google and GitHub: the name comes along, nothing else of the profile is kept for display."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        user = super().populate_user(request, sociallogin, data)
        user.name = " ".join(
            str(data.get("name") or f"{data.get('first_name') or ''} {data.get('last_name') or ''}").split()
        )[:150]
        return user
