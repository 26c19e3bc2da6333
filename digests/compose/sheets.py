"""What digests share: all but the foot is the same for those who get the same events in one language and zone, so it is kept."""

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext

from digests.compose import html, text, words
from digests.compose.content import bound, parts_of
from digests.enums import Cadence
from digests.models import Delivery, Subscription
from digests.targets import horizon_of, page_of, same_events, zone_of
from events.models import Event
from languages.addresses import in_language
from languages.reading import current_code

#: Sheets that a process keeps, of some 40 kB each. Those who share one stand together.
_MOST_KEPT: Final = 128


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A digest without its foot: the HTML before and after it, the text before it. `source`: whose forecast it has."""

    subject: str
    before: str
    after: str
    text: str
    source: str


_kept: OrderedDict[Hashable, Sheet] = OrderedDict()


def sheet_of(
    delivery: Delivery, events: Sequence[Event], what: str, *, now: datetime, reasons: Mapping[UUID, str]
) -> Sheet:
    """The sheet with these events, in the active language; kept for the hour, as long as none of them changes.

    One with reasons is for one reader, and not kept.
    """
    if reasons:
        return _sheet(delivery, events, what, now, reasons)
    key = _key(delivery, events, what, now)
    made = _kept.get(key)
    if made is None:
        made = _kept[key] = _sheet(delivery, events, what, now, {})
        bound(_kept, _MOST_KEPT)
    return made


def _key(delivery: Delivery, events: Sequence[Event], what: str, now: datetime) -> Hashable:
    """All that a sheet is made of."""
    one = delivery.subscription
    stamps = tuple((event.pk, event.version, event.updated_at) for event in events)
    zone = zone_of(one)
    when = now.replace(minute=0, second=0, microsecond=0), now.astimezone(zone).date(), zone.key
    return (
        current_code(), settings.SITE_URL, same_events(one), what, one.cadence, bool(one.user_id), when, stamps,
        tuple(delivery.event_ids[: delivery.changed]),
    )  # fmt: skip


def _sheet(
    delivery: Delivery, events: Sequence[Event], what: str, now: datetime, reasons: Mapping[UUID, str]
) -> Sheet:
    subscription = delivery.subscription
    parts = parts_of(delivery, events, now=now, reasons=reasons)
    forecast, source = words.weather_of(subscription, now=now)
    subject, page = words.subject_of(what, parts), address_of_page(page_of(subscription))
    all_words, under = gettext("All of it: %(what)s") % {"what": what}, _under(subscription, forecast, now)
    body: list[tuple[str, Mapping[str, str]]] = [
        ("part", {"title": words.heading_of(part, subscription), "entries": html.rows(part.entries)})
        for part in parts
    ]
    around = {
        "subject": subject, "preheader": words.preheader_of(parts), "site_url": settings.SITE_URL + "/", "heading": what,
        "under": html.paragraphs(*under, kind="under"),
    }  # fmt: skip
    before, after = html.page_around([*body, ("button", {"button_url": page, "button": all_words})], around)
    written = text.digest(parts, subscription, what, under, all_words, page)
    return Sheet(subject=subject, before=before, after=after, text=written, source=source)


def _under(subscription: Subscription, forecast: str, now: datetime) -> list[str]:
    """The lines under the heading: which days, and the weather."""
    days = horizon_of(subscription)
    is_week = days.days <= 7 and subscription.cadence != Cadence.INSTANT
    return [
        line
        for line in (words.span_of(subscription, now=now, days=days) if is_week else "", forecast)
        if line
    ]


def address_of_page(path: str) -> str:
    """The address of a page of the site in the active language."""
    return in_language(settings.SITE_URL + path, current_code())
