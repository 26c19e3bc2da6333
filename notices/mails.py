"""The mail of a notice: its words in the form of all mails of the site, with a link that ends this kind of mail."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.translation import gettext_noop as _

from accounts.site.mails import Mail, composed
from notices.enums import Channel, Kind
from notices.kinds import TABLE
from notices.links import off_address
from notices.models import Notice
from notices.words import language_of, words_of

_WHY = _("You get this mail because you chose to be told of it. No more mails of this kind: {off}")
_MUST = _("You get this mail because you have an account here. If it was not you, change your password and end the other sessions.")  # fmt: skip


def compose(notice: Notice) -> EmailMultiAlternatives:
    """The mail to the person of a notice, in their language."""
    with translation.override(language_of(notice)):
        words = words_of(notice)
        to = notice.user.email if notice.user is not None else notice.address
        kind = Kind(notice.kind)
        off = off_address(notice, Channel.MAIL)
        lines = {f"line{number}": line for number, line in enumerate(words.lines)}
        form = Mail(
            subject="{title}", text=tuple(f"{{{name}}}" for name in lines), button=words.button, link="address",
            why=_MUST if kind is Kind.SIGN_IN else _WHY,
        )  # fmt: skip
        mail = composed(form, to, {**lines, "title": words.title, "address": f"{settings.SITE_URL}{words.path}", "off": off})  # fmt: skip
    if not TABLE[kind].must_know:
        mail.extra_headers = {
            "List-Unsubscribe": f"<{off}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return mail
