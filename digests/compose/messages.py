"""The mails of this app as messages: headers, text, HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from digests.compose import html, text, words
from digests.compose.content import events_of, reasons_of, still_on
from digests.compose.sheets import address_of_page, sheet_of
from digests.enums import Cadence, DeliveryKind, Target
from digests.models import PREVIEW, Delivery, Subscription
from digests.targets import zone_of
from digests.tokens import token_of
from events.models import Event
from events.recommended import Fit
from events.words import calendar_day


@dataclass(frozen=True, kw_only=True, slots=True)
class _Links:
    """The addresses that one subscriber's mails carry."""

    confirm: str
    renew: str
    manage: str
    leave: str
    one_click: str


def message_of(
    delivery: Delivery,
    *,
    now: datetime,
    events: Mapping[UUID, Event] | None = None,
    fits: Mapping[UUID, Fit] | None = None,
) -> EmailMultiAlternatives | None:
    """The mail of a recorded row, as composed now; None for a digest of which nothing takes place any more.

    `events` are those of many, read before (`events_of`), `fits` how they fit their readers (`fits_of`); without it the mail has no
    reasons, as is right where somebody else than its reader looks at it.
    """
    if delivery.kind != DeliveryKind.DIGEST:
        return _OTHERS[delivery.kind](delivery)
    shown = still_on(delivery, events_of([delivery], now=now) if events is None else events)
    person = delivery.subscription.user_id
    fit = fits.get(person) if fits and person else None
    return digest_message(delivery, shown, now=now, fit=fit) if shown else None


def digest_message(
    delivery: Delivery, events: Sequence[Event], *, now: datetime, fit: Fit | None = None
) -> EmailMultiAlternatives:
    """The mail with the events, each with why it is for its reader where `fit` says so."""
    subscription = delivery.subscription
    with translation.override(subscription.language):
        what, links = words.what_of(subscription), _links(delivery)
        reasons = reasons_of(events, fit)
        sheet = sheet_of(delivery, events, what, now=now, reasons=reasons)
        foot = _foot(subscription, links, what, sheet.source, is_learnt=bool(reasons))
        page = f"{sheet.before}{foot.html}{sheet.after}"
        return _message(delivery, sheet.subject, "\n".join([sheet.text, *foot.lines, ""]), page, links)


def confirmation_message(delivery: Delivery) -> EmailMultiAlternatives:
    """The mail that asks the address's owner for confirmation."""
    subscription = delivery.subscription
    with translation.override(subscription.language):
        what, links = words.what_of(subscription), _links(delivery)
        heading = {
            Cadence.DAILY.value: gettext("One mail a day: %(what)s?"),
            Cadence.INSTANT.value: gettext("New events at once: %(what)s?"),
        }.get(subscription.cadence, gettext("One mail a week: %(what)s?"))
        return _simple(
            delivery,
            subject=gettext("Confirm: what is on in %(what)s") % {"what": what},
            heading=heading % {"what": what},
            lines=[gettext("Somebody, probably you, asked %(site)s for it. Nothing is sent until you confirm.") % {"site": settings.SITE_NAME}],
            button=(links.confirm, gettext("Yes, send it")),
            foot=[gettext("If it was not you, do nothing: no further mail follows.")],
        )  # fmt: skip


def link_message(delivery: Delivery) -> EmailMultiAlternatives:
    """The mail to somebody who asks for what they have already: the link by which they change it."""
    subscription = delivery.subscription
    with translation.override(subscription.language):
        what, links = words.what_of(subscription), _links(delivery)
        return _simple(
            delivery,
            subject=gettext("You get this already: %(what)s") % {"what": what},
            heading=gettext("You get this already: %(what)s") % {"what": what},
            lines=[
                gettext("Somebody, probably you, asked %(site)s for it once more. Nothing was changed.") % {"site": settings.SITE_NAME},
                gettext("Here you choose how often and on which day it comes, pause it, or leave."),
            ],
            button=(links.manage, gettext("Change what you get")),
            foot=[gettext("If it was not you, do nothing.")],
        )  # fmt: skip


def renewal_message(delivery: Delivery) -> EmailMultiAlternatives:
    """The question whether to go on, some time after somebody agreed."""
    subscription = delivery.subscription
    with translation.override(subscription.language):
        what, links = words.what_of(subscription), _links(delivery)
        since = subscription.consented_at or subscription.requested_at
        day = since.astimezone(zone_of(subscription)).date()
        lines = [
            gettext("You agreed to these mails on %(day)s. We ask again, since that is long ago.")
            % {"day": calendar_day(day, today=delivery.created_at.date())},
            gettext("Without an answer within %(days)d days they end by themselves.") % {"days": settings.CONSENT_ANSWER_DAYS},
        ]  # fmt: skip
        return _simple(
            delivery,
            subject=gettext("Shall we go on? %(what)s") % {"what": what},
            heading=gettext("Shall we go on? %(what)s") % {"what": what},
            lines=lines,
            button=(links.renew, gettext("Yes, go on")),
            foot=[],
        )


_OTHERS: Final = {
    DeliveryKind.CONFIRMATION.value: confirmation_message,
    DeliveryKind.LINK.value: link_message,
    DeliveryKind.RENEWAL.value: renewal_message,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Foot:
    """The foot of a mail, as HTML and as lines of text."""

    html: SafeString
    lines: Sequence[str]


def _foot(subscription: Subscription, links: _Links, what: str, source: str, *, is_learnt: bool) -> _Foot:
    why = words.why_of(subscription, what)
    if is_learnt:
        why += " " + gettext("The order and the reasons are made from what you did here, as you agreed to.")
    manage, leave = gettext("Change, pause or get fewer"), gettext("Unsubscribe")
    weather = gettext("Weather: %(source)s") % {"source": source} if source else ""
    address = _postal_address()
    shown = html.paragraphs(
        why,
        format_html("{} · {}", html.link(links.manage, manage), html.link(links.leave, leave)),
        weather,
        address,
        kind="small",
    )
    lines = [*wrap(why, text.WIDTH), f"{manage}: {links.manage}", f"{leave}: {links.leave}", weather, *wrap(address, text.WIDTH)]  # fmt: skip
    return _Foot(html=shown, lines=[line for line in lines if line])


def _postal_address() -> str:
    return words.one_line(settings.MAIL_POSTAL_ADDRESS)


def _simple(
    delivery: Delivery,
    *,
    subject: str,
    heading: str,
    lines: Sequence[str],
    button: tuple[str, str],
    foot: Sequence[str],
) -> EmailMultiAlternatives:
    """A mail with some lines and one thing to do."""
    links = _links(delivery)
    address, label = button
    copied = gettext("Or copy this address: %(link)s") % {"link": address}
    small = [*foot, _postal_address()]
    around = {
        "subject": subject, "preheader": lines[0], "site_url": settings.SITE_URL + "/", "heading": heading, "under": "",
        "foot": html.paragraphs(copied, *small, kind="small"),
    }  # fmt: skip
    bodies: list[tuple[str, Mapping[str, str]]] = [
        ("words", {"words": html.paragraphs(*lines)}),
        ("button", {"button_url": address, "button": label}),
    ]
    paragraph = "\n\n".join("\n".join(wrap(line, text.WIDTH)) for line in [heading, *lines])
    written = "\n".join([paragraph, "", f"{label}:", address, "", *(line for line in small if line), ""])
    return _message(
        delivery, words.one_line(subject)[: words.SUBJECT], written, html.page(bodies, around), links
    )


def _message(delivery: Delivery, subject: str, text: str, page: str, links: _Links) -> EmailMultiAlternatives:
    subscription = delivery.subscription
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        to=[subscription.address],
        headers={
            "Message-ID": message_id(delivery),
            "List-Id": _list_id(subscription),
            "List-Unsubscribe": f"<{links.one_click}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Content-Language": subscription.language,
            "X-Delivery": str(delivery.pk),
            "X-Request-ID": delivery.request_id,
        },
    )
    message.attach_alternative(page, "text/html")
    return message


def _list_id(subscription: Subscription) -> str:
    """RFC 2919: a name for people, and one that is the same for all mails of the kind."""
    label = subscription.city.slug if subscription.city else "everywhere"
    kind = "" if subscription.kind == Target.CITY else f"{subscription.kind}."
    return f"{settings.SITE_NAME} {label} <{kind}{label}.digest.{_domain()}>"


def _links(delivery: Delivery) -> _Links:
    """The links of a mail; those of a preview open nothing."""
    token = PREVIEW if delivery.period == PREVIEW else token_of(delivery.subscription)
    own = address_of_page("/subscriptions/")
    return _Links(
        confirm=f"{own}confirm/{token}/",
        renew=f"{own}{token}/renew/",
        manage=f"{own}{token}/",
        leave=f"{own}{token}/unsubscribe/",
        one_click=f"{settings.SITE_URL}/subscriptions/{token}/unsubscribe/",
    )


def message_id(delivery: Delivery) -> str:
    """The Message-ID (RFC 5322, 3.6.4), the same for every attempt, so that a mailbox can detect a duplicate."""
    return delivery.message_id or f"<{delivery.pk.hex}@{_domain()}>"


def _domain() -> str:
    return settings.SITE_URL.split("://")[-1].split("/")[0].split(":")[0]
