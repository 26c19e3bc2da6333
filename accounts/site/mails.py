"""The words of every mail about an account, by the name that allauth gives it, in plain text and in HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.site.browsers import browser_name
from languages.addresses import in_language
from languages.codes import DEFAULT

_NOT_YOU: Final = _("If it was not you, do nothing: without this mail nobody gets in.")
_CHANGED: Final = _(
    "If it was not you, sign in by a link in a mail, change your password and end the other sessions."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """`subject` and `text` (paragraphs) with `{names}` of the context.

    `button` is the label of the link in the context's `link`. `code` is a name of the context, shown by itself.
    `why` ends the mail.
    """

    subject: str
    text: tuple[str, ...]
    button: str = ""
    link: str = ""
    code: str = ""
    why: str = _NOT_YOU


def _notice(subject: str, *text: str) -> Mail:
    """A mail about a change; it says when and from where."""
    return Mail(
        subject=subject, text=(*text, _("When: {when}. From: {user_agent}, network {ip}.")), why=_CHANGED
    )


_CONFIRM: Final = Mail(
    subject=_("Confirm your address for {site_name}"),
    text=(_("Somebody, probably you, made an account with this address. Confirm that it is yours."),),
    button=_("Confirm the address"), link="activate_url",
    why=_("If it was not you, do nothing: the account stays closed."),
)  # fmt: skip
#: Mails that a stranger can have sent to an address, which are therefore bounded for each address.
ASKED_FOR: Final[Mapping[str, Mail]] = {
    "account/email/email_confirmation": _CONFIRM,
    "account/email/email_confirmation_signup": _CONFIRM,
    "account/email/account_already_exists": Mail(
        subject=_("You have an account at {site_name}"),
        text=(
            _("Somebody, probably you, wanted to make an account with this address. It has one already."),
            _("Sign in by a link in a mail, or set a new password."),
        ),
        button=_("Set a new password"), link="password_reset_url",
    ),
    "account/email/unknown_account": Mail(
        subject=_("No account at {site_name} with this address"),
        text=(_("Somebody, probably you, wanted to sign in with {email}. There is no account with this address."),),
        button=_("Make an account"), link="signup_url",
        why=_("If it was not you, do nothing."),
    ),
    "account/email/login_code": Mail(
        subject=_("Sign in to {site_name}"),
        text=(_("Press the button, then once more on the page. It works once, for a quarter of an hour."),
              _("Or type this code where you asked for it:")),
        button=_("Sign in"), link="login_url", code="code",
    ),
    "account/email/password_reset_key": Mail(
        subject=_("A new password for {site_name}"),
        text=(_("Somebody, probably you, wants to set a new password for your account."),),
        button=_("Set a new password"), link="password_reset_url",
    ),
    "account/email/address_change_old": Mail(
        subject=_("Should your account move to another address?"),
        text=(_("Somebody, probably you, asked to change the address of your account from this one to {new_email}."),
              _("It changes when both mailboxes have confirmed, within three days.")),
        button=_("Yes, change it"), link="confirm_url",
        why=_("If it was not you, do not confirm, change your password and end the other sessions."),
    ),
    "account/email/address_change_new": Mail(
        subject=_("Confirm your new address for {site_name}"),
        text=(_("Somebody, probably you, asked to use this address for an account."),
              _("It changes when both mailboxes have confirmed, the old one too, within three days.")),
        button=_("Confirm the address"), link="confirm_url",
        why=_("If it was not you, do nothing."),
    ),
    "account/email/team_invitation": Mail(
        subject=_("You are invited to a team at {site_name}"),
        text=(_("You are invited to the team of “{team}”. Sign in with this address, or make an account with it, to join."),
              _("The link works for two weeks.")),
        button=_("See the invitation"), link="invitation_url",
        why=_("If you do not know them, do nothing: you join no team without a click."),
    ),
    "account/email/team_claim_granted": Mail(
        subject=_("You speak for {team} at {site_name}"),
        text=(_("A moderator looked at what you wrote. You are an owner of the team of “{team}” now."),),
        button=_("See the team"), link="team_url",
    ),
    "account/email/team_claim_refused": Mail(
        subject=_("You do not speak for {team} at {site_name}"),
        text=(_("A moderator looked at what you wrote, and could not see that you speak for “{team}”."),
              _("If you have other evidence, write again on its page.")),
        button=_("Write again"), link="team_url",
    ),
    "account/email/team_claim": Mail(
        subject=_("Do you speak for {team} at {site_name}?"),
        text=(_("Somebody, probably you, says that they speak for “{team}”, whose website has the domain of this address."),
              _("Whoever opens the link with the account that asked becomes the owner of its team. The link works for three days.")),
        button=_("Yes, I speak for it"), link="claim_url",
        why=_("If it was not you, do nothing."),
    ),
}  # fmt: skip
NOTICES: Final[Mapping[str, Mail]] = {
    "account/email/email_changed": _notice(_("The address of your account changed"), _("Your account moved from {from_email} to {to_email}.")),
    "account/email/email_confirm": _notice(_("Your address is confirmed"), _("The address of your account is confirmed.")),
    "account/email/email_deleted": _notice(_("An address was removed"), _("The address {deleted_email} was removed from your account.")),
    "account/email/password_changed": _notice(_("Your password changed"), _("The password of your account changed. All other sessions ended.")),
    "account/email/password_reset": _notice(_("Your password was reset"), _("The password of your account was reset by a mail. All sessions ended.")),
    "account/email/password_set": _notice(_("Your account has a password"), _("A password was set for your account.")),
    "mfa/email/recovery_codes_generated": _notice(_("New recovery codes"), _("New recovery codes were made. The old ones do not work any more.")),
    "mfa/email/totp_activated": _notice(_("An authenticator app was added"), _("An authenticator app was added to your account.")),
    "mfa/email/totp_deactivated": _notice(_("The authenticator app was removed"), _("The authenticator app was removed from your account.")),
    "mfa/email/webauthn_added": _notice(_("A passkey was added"), _("A passkey was added to your account.")),
    "mfa/email/webauthn_removed": _notice(_("A passkey was removed"), _("A passkey was removed from your account.")),
    "socialaccount/email/account_connected": _notice(_("A provider was connected"), _("You can now sign in with {provider}.")),
    "socialaccount/email/account_disconnected": _notice(_("A provider was disconnected"), _("You can no longer sign in with {provider}.")),
}  # fmt: skip
#: Mails about what opens an account without its password.
KEYS: Final[Mapping[str, Mail]] = {
    "account/email/key_made": Mail(
        subject=_("A new API key for your account at {site_name}"),
        text=(_("The key “{key_name}” ({shown}…) was made for your account. With it a program can: {may}."),
              _("It works until {until}.")),
        button=_("See your keys"), link="keys_url",
        why=_("If it was not you, revoke it, change your password and end the other sessions."),
    ),
}  # fmt: skip
#: Mails about all data of a person.
PRIVACY: Final[Mapping[str, Mail]] = {
    "account/email/export_ready": Mail(
        subject=_("Your data from {site_name} is ready"),
        text=(_("A file with everything that {site_name} keeps about you is ready. It is deleted in three days."),),
        button=_("Download it"), link="export_url",
        why=_("If it was not you, change your password and end the other sessions."),
    ),
    "account/email/account_erased": Mail(
        subject=_("Your account at {site_name} is being erased"),
        text=(_("Your account is closed. Everything that {site_name} keeps about you is being erased now; nobody can bring it back."),
              _("What stays cannot be traced to you. You get no more mail from us.")),
        why=_("You get this mail because an account had this address."),
    ),
}  # fmt: skip
MAILS: Final[Mapping[str, Mail]] = {**ASKED_FOR, **NOTICES, **KEYS, **PRIVACY}


def compose(
    prefix: str, to: str, context: Mapping[str, Any], *, language: str = ""
) -> EmailMultiAlternatives:
    """The mail that allauth calls `prefix`, for one recipient. Raises KeyError for an unknown one.

    `language` is a language of the site; '' is the one of the request.
    """
    with translation.override(language or translation.get_language() or settings.LANGUAGE_CODE):
        return _composed(MAILS[prefix], to, _values(context))


def composed(mail: Mail, to: str, context: Mapping[str, Any]) -> EmailMultiAlternatives:
    """A mail of another app in the form of these, in the present language. `context` has its `{names}`."""
    return _composed(mail, to, _values(context))


def _composed(mail: Mail, to: str, values: Mapping[str, Any]) -> EmailMultiAlternatives:
    paragraphs = [gettext(line).format_map(values) for line in mail.text]
    subject = " ".join(gettext(mail.subject).format_map(values).split())
    shown = {
        "subject": subject,
        "preheader": paragraphs[0],
        "paragraphs": paragraphs,
        "button": gettext(mail.button) if mail.button else "",
        "link": in_language(str(values.get(mail.link) or ""), translation.get_language() or DEFAULT),
        "code": values.get(mail.code, "") if mail.code else "",
        "why": gettext(mail.why).format_map(values),
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
    }
    message = EmailMultiAlternatives(
        subject, render_to_string("account/mail.txt", shown), settings.DEFAULT_FROM_EMAIL, [to]
    )
    message.attach_alternative(css_inline.inline(render_to_string("account/mail.html", shown)), "text/html")
    return message


def _values(context: Mapping[str, Any]) -> dict[str, Any]:
    """The context with the site's name, and the moment where it says no `when` of its own; texts of visitors on one bounded line."""
    values = {name: _line(value) if isinstance(value, str) else value for name, value in context.items()}
    moment = context.get("timestamp") or timezone.now()
    values["user_agent"] = browser_name(str(values.get("user_agent", "")))
    return {"when": f"{date_format(moment, 'j M Y, H:i')} UTC", **values, "site_name": settings.SITE_NAME}


def _line(text: str) -> str:
    return " ".join(text.split())[:500]
