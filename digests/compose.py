"""Composes mails: subject, text and HTML, with the required links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext

from digests.models import Delivery, Subscription
from digests.tokens import token_of
from events.cards import Card, card
from events.enums import Happening
from events.filters import EventFilter
from events.models import Event
from events.queries import upcoming
from events.visit_sources import BY_MAIL
from events.words import calendar_day
from languages.addresses import in_language
from languages.reading import current_code
from pipeline.dates.event_times import local_midnight, zone_or_utc

#: The limits of a mail: events in all, and of one category a day.
MOST, MOST_ALIKE = 24, 3
DAYS = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """One day of a digest."""

    day: date
    heading: str
    cards: Sequence[Card]


def events_for(subscription: Subscription, *, now: datetime) -> list[Event]:
    """The events for a subscription: the coming week, in order, with few of each category.

    Samples are mailed only where there is nothing else, which is a site that is being tried.
    """
    found = list(_wanted(subscription, now=now, begins_after=now)[: MOST * 10])
    return _varied([event for event in found if not event.is_sample] or found)


def still_on(delivery: Delivery, *, now: datetime) -> list[Event]:
    """The events of a recorded digest that may still be sent, in order.

    Those removed, merged, cancelled, moved elsewhere or over since are left out.
    """
    return list(_wanted(delivery.subscription, now=now, begins_after=None).filter(pk__in=delivery.event_ids))


def _wanted(subscription: Subscription, *, now: datetime, begins_after: datetime | None) -> QuerySet[Event]:
    zone = zone_or_utc(subscription.city.timezone)
    last = now.astimezone(zone).date() + timedelta(days=DAYS)
    chosen = {name: tuple(subscription.filters.get(name) or ()) for name in ("categories", "tags")}
    wanted = EventFilter(
        city=subscription.city.slug,
        start_after=begins_after,
        start_before=local_midnight(last, zone),
        categories=chosen["categories"],
        tags=chosen["tags"],
    )
    rows = upcoming(wanted, now=now).exclude(happening=Happening.CANCELLED)
    return rows.select_related("area", "city", "category").defer("description", "provenance", "quality")


def _varied(events: Sequence[Event]) -> list[Event]:
    """At most three of a category a day, the better known first; then the best two dozen, in order of time."""
    kept: list[Event] = []
    for _, group in groupby(events, key=lambda event: event.start_date):
        counts: dict[str, int] = {}
        for event in sorted(group, key=lambda event: -event.quality_score):
            category = str(event.category_id)
            counts[category] = counts.get(category, 0) + 1
            if counts[category] <= MOST_ALIKE:
                kept.append(event)
    best = sorted(kept, key=lambda event: -event.quality_score)[:MOST]
    return sorted(best, key=lambda event: event.start_at)


def days_of(events: Sequence[Event], *, now: datetime) -> list[Day]:
    """The events of a digest by day, in the active language."""
    return [
        Day(
            day=day,
            heading=calendar_day(day, today=day, long=True),
            cards=[card(event, now=now) for event in group],
        )
        for day, group in groupby(events, key=lambda event: event.start_date)
    ]


def digest_message(delivery: Delivery, events: Sequence[Event], *, now: datetime) -> EmailMultiAlternatives:
    """The weekly mail."""
    subscription = delivery.subscription
    with translation.override(subscription.language):
        context = {
            "preheader": "; ".join(event.title for event in events[1:4]),
            "days": days_of(events, now=now),
            "city": subscription.city,
            "total": len(events),
        }
        return _message(delivery, _subject(subscription.city.name, events), "digest", context)


def _subject(city: str, events: Sequence[Event]) -> str:
    first, more = Truncator(events[0].title).chars(60), len(events) - 1
    if not more:
        return gettext("%(city)s this week: %(title)s") % {"city": city, "title": first}
    words = ngettext(
        "%(city)s this week: %(title)s and %(number)d more",
        "%(city)s this week: %(title)s and %(number)d more",
        more,
    )
    return words % {"city": city, "title": first, "number": more}


def confirmation_message(delivery: Delivery) -> EmailMultiAlternatives:
    """The mail that asks the address's owner for confirmation."""
    subscription = delivery.subscription
    with translation.override(subscription.language):
        subject = gettext("Confirm: what is on in %(city)s") % {"city": subscription.city.name}
        context = {"city": subscription.city, "preheader": gettext("One click, and it comes once a week.")}
        return _message(delivery, subject, "confirmation", context)


def _message(
    delivery: Delivery, subject: str, template: str, context: dict[str, object]
) -> EmailMultiAlternatives:
    subscription = delivery.subscription
    token = token_of(subscription)
    unsubscribe_url = f"{settings.SITE_URL}/subscriptions/{token}/unsubscribe/"
    links = {
        "confirm_url": _page(f"/subscriptions/confirm/{token}/"),
        "unsubscribe_url": _page(f"/subscriptions/{token}/unsubscribe/"),
        "language_url": _page(f"/subscriptions/{token}/language/"),
        "city_url": _page(f"/{subscription.city.slug}/"),
        "visits_by_mail": BY_MAIL,
        "site_url": settings.SITE_URL,
        "site_name": settings.SITE_NAME,
    }
    subject = " ".join(subject.split())[:180]
    html = css_inline.inline(
        render_to_string(f"digests/mail/{template}.html", {**context, **links, "subject": subject})
    )
    text = render_to_string(f"digests/mail/{template}.txt", {**context, **links})
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        to=[subscription.address],
        headers={
            "Message-ID": message_id(delivery),
            "List-Id": f"{settings.SITE_NAME} {subscription.city.name} <{subscription.city.slug}.digest.{_domain()}>",
            "List-Unsubscribe": f"<{unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Content-Language": subscription.language,
            "X-Delivery": str(delivery.pk),
            "X-Request-ID": delivery.request_id,
        },
    )
    message.attach_alternative(html, "text/html")
    return message


def _page(path: str) -> str:
    """The address of a page of the site in the active language."""
    return in_language(settings.SITE_URL + path, current_code())


def message_id(delivery: Delivery) -> str:
    """The Message-ID (RFC 5322, 3.6.4), the same for every attempt, so that a mailbox can detect a duplicate."""
    return delivery.message_id or f"<{delivery.pk.hex}@{_domain()}>"


def _domain() -> str:
    return settings.SITE_URL.split("://")[-1].split("/")[0].split(":")[0]
