"""What an event's page lists beside the description, and the words for it."""

from datetime import datetime

from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext

from events.addresses import organizer_path, performer_path
from events.enums import Verification
from events.models import Event
from events.ongoing import hours_words, today_words
from events.queries.collection import hidden_performers
from events.queries.trending import LEAST_OPENED
from events.words import language_words, lasting_words, stated_words, zone_words
from languages.numbers import number_words
from pipeline.text.folding import address_part

#: What readers see of the axis `verification`.
VERIFIED = {
    Verification.UNVERIFIED: "",
    Verification.VERIFIED: gettext_noop("By our moderators"),
    Verification.OFFICIAL: gettext_noop("Official: its organizer says so"),
}
#: Under a roof or not, for readers.
SETTINGS = {"indoor": gettext_noop("Indoor"), "outdoor": gettext_noop("Outdoor")}


def own_zone(event: Event) -> str:
    """Whose time the page tells, as long as it is not the reader's; '' for days, which are the same everywhere."""
    if event.all_day or not event.time_known or event.opening_hours:
        return ""
    if event.city is not None and event.city.timezone == event.timezone:
        return _("Time in %(city)s") % {"city": event.city.name}
    return _("Time in %(city)s") % {"city": event.timezone.rsplit("/", 1)[-1].replace("_", " ")}


def facts(event: Event, now: datetime) -> list[tuple[str, str]]:
    """The short list beside the description, without what is unknown or said at the top."""
    length = (
        lasting_words(event.start_at, event.end_at)
        if event.end_at and event.time_known and not event.all_day
        else ""
    )
    facts = [
        (pgettext("fact", "Prices"), " · ".join(event.offers)),
        (pgettext("fact", "Open"), hours_words(event.opening_hours)),
        (
            _("Today"),
            today_words(event.opening_hours, now.date())
            if event.start_date <= now.date() <= event.end_date
            else "",
        ),
        (pgettext("fact", "Lasts"), length),
        (
            pgettext("fact", "Doors"),
            f"{event.doors_at.astimezone(now.tzinfo):%H:%M}" if event.doors_at else "",
        ),
        (pgettext("fact", "With"), _performers(event)),
        (pgettext("fact", "By"), _organizer_words(event)),
        (pgettext("fact", "Language"), language_words(event.language)),
        (pgettext("fact", "Places"), number_words(event.capacity) if event.capacity else ""),
        (pgettext("fact", "Sign-up"), _("Needed") if event.registration_required else ""),
        (pgettext("fact", "Setting"), _(SETTINGS[event.setting]) if event.setting in SETTINGS else ""),
        *stated_words(event),
        (
            pgettext("fact", "Verified"),
            _(VERIFIED[Verification(event.verification)])
            if VERIFIED[Verification(event.verification)]
            else "",
        ),
        (
            pgettext("fact", "Zone"),
            f"{event.timezone.replace('_', ' ')} ({zone_words(event.start_at.astimezone(now.tzinfo))})",
        ),
    ]
    return [(name, value) for name, value in facts if value]


def _performers(event: Event) -> str:
    """The performers, each with its page, unless they asked to have none."""
    hidden = hidden_performers(map(address_part, event.performers))
    linked = (
        format_html('<a href="{}">{}</a>', path, name)
        if (path := performer_path(name)) and address_part(name) not in hidden
        else escape(name)
        for name in event.performers
    )
    return mark_safe(", ".join(linked))  # noqa: S308 (each part is escaped)


def _organizer_words(event: Event) -> str:
    """The organizer's name with its page, and whether moderators have checked who it is."""
    organizer = event.organizer
    if organizer is None:
        return ""
    mark = Verification(organizer.verification)
    words = {Verification.VERIFIED: _("verified"), Verification.OFFICIAL: _("official")}
    checked = f" ({words[mark]})" if mark in words else ""
    path = organizer_path(organizer.id, organizer.name)
    return format_html('<a href="{}">{}</a>{}', path, organizer.name, checked)


def opened(event: Event) -> str:
    """How often readers opened and shared it; '' while that says little."""
    counters = getattr(event, "counters", None)
    if counters is None or counters.views < LEAST_OPENED:
        return ""
    opened = ngettext("Opened %(count)s time", "Opened %(count)s times", counters.views)
    opened %= {"count": number_words(counters.views)}
    if not counters.shares:
        return opened
    shared = ngettext("shared %(count)s time", "shared %(count)s times", counters.shares)
    return f"{opened}, {shared % {'count': number_words(counters.shares)}}"
