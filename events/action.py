"""The main action of an event's page: one link that says what it does and where it leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from events.enums import Happening
from events.models import Event
from pipeline.contract.enums import Online, PriceType

#: Countries whose ending some sites use beside `com`.
_ENDINGS: Final = (
    "com", "co.uk", "ie", "ca", "com.au", "co.nz", "de", "at", "ch", "fr", "es", "it", "nl", "be", "pt", "se", "dk", "fi", "no", "pl", "cz",
    "com.mx", "com.br", "com.ar", "cl", "co", "com.pe", "sg", "hk", "in", "ae",
)  # fmt: skip
#: What people call well-known sites, by host; subdomains belong to them.
_NAMES: Final[Mapping[str, str]] = {
    **{f"eventbrite.{ending}": "Eventbrite" for ending in _ENDINGS},
    **{f"ticketmaster.{ending}": "Ticketmaster" for ending in _ENDINGS},
    **{f"eventim.{ending}": "Eventim" for ending in ("com", "de", "at", "ch", "nl", "it", "pl")},
    "allevents.in": "AllEvents", "axs.com": "AXS", "bandsintown.com": "Bandsintown", "bookmyshow.com": "BookMyShow", "dice.fm": "DICE",
    "district.in": "District", "facebook.com": "Facebook", "fb.me": "Facebook", "highape.com": "HighApe", "insider.in": "Insider",
    "instagram.com": "Instagram", "lbb.in": "LBB", "lu.ma": "Luma", "luma.com": "Luma", "meet.google.com": "Google Meet", "meetup.com": "Meetup",
    "openagenda.com": "OpenAgenda", "partiful.com": "Partiful", "ra.co": "Resident Advisor", "residentadvisor.net": "Resident Advisor",
    "seatgeek.com": "SeatGeek", "seetickets.com": "See Tickets", "shotgun.live": "Shotgun", "skillboxes.com": "SkillBox",
    "songkick.com": "Songkick", "teams.microsoft.com": "Microsoft Teams", "ticketweb.com": "TicketWeb", "tickettailor.com": "Ticket Tailor",
    "townscript.com": "Townscript", "twitch.tv": "Twitch", "universe.com": "Universe", "youtu.be": "YouTube", "youtube.com": "YouTube",
    "zoom.us": "Zoom",
}  # fmt: skip
#: A longer host is shortened to its end, which says whose it is.
_LONGEST_HOST: Final = 36


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """`words` on a link to `href`. `is_outside`: it leads to another site."""

    words: str
    href: str
    is_outside: bool = False


def site_called(address: str) -> str:
    """`Eventbrite`, `venue.example`: what people call the site of an address; '' where it has none."""
    try:
        host = (urlsplit(address).hostname or "").rstrip(".").removeprefix("www.")
        host = host.encode("idna").decode() if host.isascii() is False else host
    except ValueError:
        return ""
    labels = host.split(".")
    for first in range(len(labels) - 1):
        if name := _NAMES.get(".".join(labels[first:])):
            return name
    return host if len(host) <= _LONGEST_HOST else f"…{host[-_LONGEST_HOST:]}"


def main_action(
    event: Event, links: Mapping[str, str], *, is_over: bool, now: datetime, can_find: bool
) -> Action | None:
    """The one thing to do next; None where there is none.

    `links` are the addresses by which the page leads to the event's own (`tickets`, `online`, `page`), `now` is local
    to the event. With `can_find` the page says how to get there.
    """
    if is_over or event.happening == Happening.CANCELLED:
        return _elsewhere(event, now)
    online = _join(event, links)
    if event.sold_out or event.happening == Happening.POSTPONED:
        return _details(event, links) or (None if event.sold_out else online)
    if here := registered_here(event):
        return Action(words=_("Register here"), href=here)
    if links.get("tickets"):
        return _outside(_tickets(event), links["tickets"], event.ticket_url)
    if online and (event.online == Online.YES or event.happening == Happening.MOVED_ONLINE):
        return online
    if event.registration_required and links.get("page"):
        return _outside(_("Register at %(site)s"), links["page"], event.url)
    if event.price_type == PriceType.FREE and not event.registration_required and can_find:
        return Action(words=_("Free, just go"), href="#where")
    return _details(event, links) or online


def registered_here(event: Event) -> str:
    """The path on this site by which people register; '' where they do it elsewhere."""
    own = f"{settings.SITE_URL}/events/"
    return event.ticket_url.removeprefix(settings.SITE_URL) if event.ticket_url.startswith(own) else ""


def _join(event: Event, links: Mapping[str, str]) -> Action | None:
    is_online = event.online != Online.NO or event.happening == Happening.MOVED_ONLINE
    if not is_online or not links.get("online"):
        return None
    return _outside(_("Join online at %(site)s"), links["online"], event.online_url)


def _tickets(event: Event) -> str:
    if event.price_type == PriceType.FREE:
        return _("Reserve free at %(site)s")
    return _("Register at %(site)s") if event.registration_required else _("Tickets at %(site)s")


def second_action(event: Event, links: Mapping[str, str], main: Action | None) -> Action | None:
    """What else one may want: to join online, else the event's own page, where the main action leads elsewhere."""
    if main and main.href == links.get("tickets") and (online := _join(event, links)):
        return online
    details = _details(event, {"page": links.get("page", "")})
    taken = event.ticket_url if main and main.href == links.get("tickets") else ""
    return None if details is None or (main and main.href == details.href) or event.url == taken else details


def _details(event: Event, links: Mapping[str, str]) -> Action | None:
    for name, address in (("page", event.url), ("tickets", event.ticket_url)):
        if links.get(name):
            return _outside(_("Details at %(site)s"), links[name], address)
    return None


def _elsewhere(event: Event, now: datetime) -> Action | None:
    if event.city is None:
        return None
    if event.start_date > now.date():
        return Action(words=_("What else is on that day"), href=f"/{event.city.slug}/{event.start_date}/")
    return Action(words=_("What is on in %(city)s") % {"city": event.city.name}, href=f"/{event.city.slug}/")


def _outside(words: str, href: str, address: str) -> Action:
    return Action(words=words % {"site": site_called(address)}, href=href, is_outside=True)
