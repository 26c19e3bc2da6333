"""The mail of a notice: its words in the form of all mails of the site, with a link that ends this kind of mail."""

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from accounts.site.mails import Mail, composed
from notices import quality
from notices.enums import Channel, Kind
from notices.kinds import TABLE
from notices.links import off_address
from notices.models import Notice
from notices.records import Words
from notices.words import language_of, words_of

_WHY = _("You get this mail because you chose to be told of it. No more mails of this kind: {off}")
_STAFF = _("You get this mail because you look after sources here. No more mails of this kind: {off}")
_MUST = _("You get this mail because you have an account here. If it was not you, change your password and end the other sessions.")  # fmt: skip


def compose(notice: Notice) -> EmailMultiAlternatives:
    """The mail to the person of a notice, in their language."""
    with translation.override(language_of(notice)):
        words = words_of(notice)
        to = notice.user.email if notice.user is not None else notice.address
        kind = Kind(notice.kind)
        off = off_address(notice, Channel.MAIL)
        if kind is Kind.QUALITY:
            mail = _with_table(notice, words, to, off)
            return _unsubscribable(mail, off)
        lines = {f"line{number}": line for number, line in enumerate(words.lines)}
        form = Mail(
            subject="{title}", text=tuple(f"{{{name}}}" for name in lines), button=words.button, link="address",
            why=_MUST if kind is Kind.SIGN_IN else _WHY,
        )  # fmt: skip
        mail = composed(form, to, {**lines, "title": words.title, "address": f"{settings.SITE_URL}{words.path}", "off": off})  # fmt: skip
    return mail if TABLE[kind].must_know else _unsubscribable(mail, off)


def _unsubscribable(mail: EmailMultiAlternatives, off: str) -> EmailMultiAlternatives:
    mail.extra_headers = {
        "List-Unsubscribe": f"<{off}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return mail


def _with_table(notice: Notice, words: Words, to: str, off: str) -> EmailMultiAlternatives:
    """The report on the quality of data: a row for each source."""
    rows = list(quality.rows(notice.facts))
    more = notice.facts["count"] - len(rows)
    shown = {
        "subject": words.title, "preheader": words.lines[0], "summary": words.lines[0], "rows": rows,
        "more": ngettext("and {count} more", "and {count} more", more).format(count=more) if more > 0 else "",
        "button": words.button, "link": f"{settings.SITE_URL}{words.path}", "why": gettext(_STAFF).format(off=off),
        "site_name": settings.SITE_NAME, "site_url": settings.SITE_URL,
    }  # fmt: skip
    mail = EmailMultiAlternatives(
        words.title, render_to_string("notices/mail/quality.txt", shown), settings.DEFAULT_FROM_EMAIL, [to]
    )
    mail.attach_alternative(
        css_inline.inline(render_to_string("notices/mail/quality.html", shown)), "text/html"
    )
    return mail
