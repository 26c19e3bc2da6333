"""What allauth asks of the site: secrets at rest, the visitor's network, addresses in mails."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.addresses import address_of
from accounts.crypto import decrypt, encrypt
from accounts.networks import coarse


class AccountAdapter(DefaultAccountAdapter):
    """Accounts: mails name the site by SITE_URL, never by a request's Host header."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The visitor's network, which is stored with a session: nobody's whole address is."""
        return coarse(address_of(request))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return settings.SITE_URL + reverse("account_confirm_email", args=[emailconfirmation.key])

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _, token = key.partition("-")
        return settings.SITE_URL + reverse("account_reset_password_from_key", args=[uid, token])


class FactorAdapter(DefaultMFAAdapter):
    """Second factors: secrets are encrypted with FIELD_ENCRYPTION_KEYS."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises DecryptionFailed."""
        return decrypt(encrypted_text)

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)
