"""The words of the mail about a disabled endpoint."""

from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_noop as _

from accounts.site.mails import Mail, composed
from webhooks.enums import DisabledBecause
from webhooks.models import Endpoint

_WHY: Final = _("You get this mail because your account has a webhook there.")
_REMEDY: Final = _(
    "Nothing is sent to it any more. Repair it, then enable the webhook again on its page; what waits there is then sent."
)
MAILS: Final[Mapping[DisabledBecause, Mail]] = {
    DisabledBecause.GONE: Mail(
        subject=_("Your webhook at {host} is disabled"),
        text=(_("{host} answered with 410 Gone: it wants no more messages."), _REMEDY),
        button=_("See the webhook"), link="page", why=_WHY,
    ),
    DisabledBecause.FAILING: Mail(
        subject=_("Your webhook at {host} is disabled"),
        text=(_("Every try to send a message to {host} has failed for three days."), _REMEDY),
        button=_("See the webhook"), link="page", why=_WHY,
    ),
}  # fmt: skip


def compose(endpoint: Endpoint) -> EmailMultiAlternatives:
    """The mail to the owner, in their language. It names the host alone: the address may hold a secret."""
    person = endpoint.user
    with translation.override(person.language or settings.LANGUAGE_CODE):
        page = settings.SITE_URL + reverse("webhooks:endpoint", args=[endpoint.pk])
        mail = MAILS[DisabledBecause(endpoint.notice)]
        return composed(mail, person.email, {"host": endpoint.host, "page": page})
