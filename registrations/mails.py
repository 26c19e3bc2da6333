"""The words of the mails about registrations."""

from collections.abc import Mapping
from datetime import UTC
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.site.mails import Mail, composed
from events.enums import Happening
from events.feeds import Channel, as_calendar
from events.models import Event
from events.words import calendar_day, clock
from pipeline.dates.event_times import zone_or_utc
from registrations.enums import MailKind
from registrations.links import manage_address
from registrations.models import EventMessage, Registration

_WHY: Final = _(
    "You get this mail because somebody, probably you, registered with this address. If it was not you, cancel by the link."
)
_WHEN: Final = _("{title}: {when}, {where}")
MAILS: Final[Mapping[MailKind, Mail]] = {
    MailKind.CONFIRMED: Mail(
        subject=_("You are registered: {title}"),
        text=(_WHEN, _("Show the QR code behind the button at the door. If you cannot come, cancel there, so that somebody else can.")),
        button=_("Your registration"), link="address", why=_WHY,
    ),
    MailKind.WAITING: Mail(
        subject=_("You are on the waitlist: {title}"),
        text=(_WHEN, _("All places are taken. When one becomes free we offer it to those who wait, in their order.")),
        button=_("Your registration"), link="address", why=_WHY,
    ),
    MailKind.OFFER: Mail(
        subject=_("A place is free: {title}"),
        text=(_WHEN, _("It is yours if you take it by {until}. After that the next one gets it.")),
        button=_("Take the place"), link="address", why=_WHY,
    ),
    MailKind.EXPIRED: Mail(
        subject=_("The offered place is gone: {title}"),
        text=(_WHEN, _("The time to take it is over, and the next one got it. You can register again.")),
        button=_("Your registration"), link="address", why=_WHY,
    ),
    MailKind.CANCELLED: Mail(
        subject=_("Cancelled: your registration for {title}"),
        text=(_WHEN, _("You do not come. If that is a mistake, register again.")),
        button=_("Your registration"), link="address", why=_WHY,
    ),
    MailKind.AGAIN: Mail(
        subject=_("You are registered already: {title}"),
        text=(_WHEN, _("Somebody, probably you, wanted to register with this address once more. Here is the link of your registration.")),
        button=_("Your registration"), link="address", why=_WHY,
    ),
    MailKind.MOVED: Mail(
        subject=_("New time: {title}"),
        text=(_("{title} was moved. It begins now: {when}, {where}"), _("Your registration stays. If you cannot come then, cancel, please.")),
        button=_("Your registration"), link="address", why=_WHY,
    ),
    MailKind.POSTPONED: Mail(
        subject=_("Postponed: {title}"),
        text=(_("{title} does not take place as planned ({when}). A new date is not known yet."), _("Your registration stays. We tell you the new date.")),
        button=_("Your registration"), link="address", why=_WHY,
    ),
    MailKind.CALLED_OFF: Mail(
        subject=_("It does not take place: {title}"),
        text=(_WHEN, _("Its organizer cancelled it. You need not do anything.")),
        button=_("Your registration"), link="address", why=_WHY,
    ),
    MailKind.GOES_ON: Mail(
        subject=_("It takes place after all: {title}"),
        text=(_WHEN, _("Your registration stays. If you cannot come, cancel, so that somebody else can.")),
        button=_("Your registration"), link="address", why=_WHY,
    ),
    MailKind.ELSEWHERE: Mail(
        subject=_("New place: {title}"),
        text=(_("{title} takes place elsewhere: {where}. It begins: {when}"), _("Your registration stays. If you cannot come there, cancel, please.")),
        button=_("Your registration"), link="address", why=_WHY,
    ),
    MailKind.WITHDRAWN: Mail(
        subject=_("No longer listed: {title}"),
        text=(_WHEN, _("It was taken off this site. Whether it takes place we do not know: ask whoever organizes it. You need not do anything.")),
        button=_("Your registration"), link="address", why=_WHY,
    ),
}  # fmt: skip
#: Stands for the words of a message while the mail is made: its lines stay lines.
_SAID: Final = "[[what the team writes]]"
#: Mails to which the event is attached for one's calendar.
_WITH_CALENDAR: Final = frozenset({MailKind.CONFIRMED, MailKind.MOVED, MailKind.GOES_ON, MailKind.ELSEWHERE})
#: A message of the team: plain text alone, since what strangers write must not look like the site's own buttons.
_MESSAGE: Final = Mail(
    subject="{title}: {subject}",
    text=(_("The organizer of {title} ({when}) writes:"), "{said}", _("Your registration, where you can say that you want no more messages of it: {address}")),
    why=_("You get this mail because you registered with this address."),
)  # fmt: skip


def compose_message(registration: Registration, message: EventMessage) -> EmailMultiAlternatives:
    """A team's message to one of those who come or wait, without HTML."""
    event = registration.event
    with translation.override(registration.language):
        mail = composed(
            _MESSAGE,
            registration.address,
            {"title": event.title, "subject": message.subject, "when": when_of(event), "said": _SAID, "address": manage_address(registration)},
        )  # fmt: skip
    mail.body = mail.body.replace(
        _SAID, "\n".join(f"> {line}".rstrip() for line in message.text.splitlines())
    )
    mail.alternatives.clear()
    return mail


def compose(registration: Registration, kind: MailKind) -> EmailMultiAlternatives:
    """The mail to whoever registered, in their language."""
    event = registration.event
    with translation.override(registration.language):
        values = {
            "title": event.title,
            "when": when_of(event),
            "where": where_of(event),
            "until": until_of(registration),
            "address": manage_address(registration),
        }
        mail = composed(MAILS[kind], registration.address, values)
        if kind in _WITH_CALENDAR:
            mail.attach("event.ics", _calendar(event).decode(), "text/calendar")
    return mail


def where_of(event: Event) -> str:
    """The venue, the street or the city; that it is online where it moved there."""
    if event.happening == Happening.MOVED_ONLINE:
        return gettext("online")
    return event.place_words or (event.city.name if event.city else "")


def when_of(event: Event) -> str:
    """`Sat 12 Dec, 20:00`, local to the event."""
    start = event.start_at.astimezone(zone_or_utc(event.timezone))
    day = calendar_day(event.start_date, today=event.start_date)
    return f"{day}, {clock(start)}" if event.time_known and not event.all_day else day


def until_of(registration: Registration) -> str:
    """Until when an offer can be taken, local to the event; '' where there is none."""
    if registration.offer_ends_at is None:
        return ""
    ends = registration.offer_ends_at.astimezone(zone_or_utc(registration.event.timezone) or UTC)
    return f"{calendar_day(ends.date(), today=ends.date())}, {clock(ends)}"


def _calendar(event: Event) -> bytes:
    page = settings.SITE_URL + event.get_absolute_url()
    channel = Channel(name=event.title, about=event.title, page=page, address=f"{page.rstrip('/')}.ics")
    return as_calendar([event], channel, site_url=settings.SITE_URL)
