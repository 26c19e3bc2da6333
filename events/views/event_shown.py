"""What the page of an event shows of the event itself: the same for readers and in the preview."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from events import gallery, rated
from events.action import main_action, second_action
from events.addresses import series_path, tag_path
from events.cards import State, art, former_place, former_start, moment, state, states, when_sentence
from events.enums import Happening
from events.feeds import calendar_links
from events.filters import is_over
from events.models import Event
from events.position import event_map, lies
from events.provenance import provenance_words
from events.public import public_event, source_address
from events.queries import (
    next_there,
    other_dates,
)
from events.queries.filtering import AFTERWARDS
from events.seo import Feed, Meta, event_data, json_ld, plain_text
from events.sharing.drawing import SIZE, WIDE
from events.sharing.picture import picture_paths
from events.views.counting import LINKS, link_path
from events.views.event_facts import facts, opened, own_zone
from events.views.shared import absolute
from events.words import price_words, since_words
from outbox.renderings.shown import show
from pipeline.dates.event_times import zone_or_utc

#: Narrower pictures are not shown large.
GOOD_WIDTH = 720


def shown(event: Event, now: datetime, *, by_id: bool = True) -> dict[str, Any]:
    """The context of its page. `by_id`: its links count clicks, and lead on for readers only."""
    pictures = [image for image in event.images.all() if image.url]
    others = list(other_dates(event, now=now))
    show(*(f"events:event:{other.pk}" for other in others))
    over = is_over(public_event(event), now=now)
    links, drawn = _links(event, by_id=by_id), event_map(event)
    can_find = bool(drawn) and event.lat is not None
    ratings = rated.of_event(event) if over and by_id else None
    main = main_action(event, links, is_over=over, now=now, can_find=can_find)
    return {
        "event": event,
        "city": event.city,
        "when": when_sentence(event, now=now),
        "moment": moment(event, now=now),
        "state": state(event, now=now),
        "states": [_without_struck(one) for one in states(event, now=now)],
        "former_start": former_start(event, now=now),
        "former_place": former_place(event),
        "own_zone": own_zone(event),
        "end_iso": event.end_at.isoformat() if event.end_at else "",
        "moved_online": event.happening == Happening.MOVED_ONLINE and bool(event.place_words),
        "main": main,
        "second": second_action(event, links, main),
        **_over(event, over, now),
        "tags": [(tag, tag_path(tag)) for tag in event.tags],
        "series_path": series_path(event.series.id, event.series.title) if event.series else "",
        "price": price_words(event.price_type, event.price_min, event.price_max, event.price_currency),
        "art": art(event),
        "image": pictures[0] if pictures and (pictures[0].width or 0) >= GOOD_WIDTH else None,
        "facts": facts(event, now),
        "map": drawn,
        "lies": lies(event),
        "directions": _directions(event),
        "others": [(other, when_sentence(other, now=now)) for other in others],
        "opened": opened(event),
        "calendars": calendar_links(event, site_url=absolute("")),
        "links": links,
        "provenance": provenance_words(event, now=now),
        "origins": _origins(event, now, by_id=by_id),
        "checked": _checked(event, now),
        "rated": ratings,
        "gallery": gallery.of_event(event) if by_id and event.start_at <= now else None,
        "meta": _meta(event, now, ratings),
    }


def _over(event: Event, is_past: bool, now: datetime) -> dict[str, Any]:
    """Whether it is over, and then what comes next of its series, at its place, or by its organizer."""
    following = next_there(event, now=now) if is_past else None
    if following is None:
        return {"is_over": is_past}
    show(f"events:event:{following.pk}")
    when = when_sentence(following, now=now.astimezone(zone_or_utc(following.timezone)))
    return {"is_over": is_past, "next_there": following, "next_when": when}


def _without_struck(state: State) -> State:
    """The state without what the page says beside it, struck: the former time and place."""
    return replace(state, detail="") if state.slug in ("rescheduled", "moved") else state


def _directions(event: Event) -> str:
    """A link to directions. Nothing is loaded from the other site before a click."""
    if event.lat is None or event.lng is None:
        return ""
    return f"https://www.openstreetmap.org/?mlat={event.lat:.6f}&mlon={event.lng:.6f}#map=17/{event.lat:.5f}/{event.lng:.5f}"


def _links(event: Event, *, by_id: bool) -> dict[str, str]:
    """The event's own links by name, '' where it has none. Those by id count clicks, and lead on for readers only."""
    addresses = {name: str(getattr(event, column)) for name, column in LINKS.items()}
    return {
        name: link_path(event, name) if by_id and address else address for name, address in addresses.items()
    }


def _origins(event: Event, now: datetime, *, by_id: bool) -> list[dict[str, str]]:
    rows = []
    for listing in event.listings.all():
        seen = listing.missing_since or listing.origin.covered_at or listing.changed_at
        words = since_words(seen.astimezone(now.tzinfo), now=now)
        address = source_address(listing)
        rows.append(
            {
                "name": listing.origin.name,
                "url": link_path(event, listing.id.hex) if by_id and address else address,
                "credit": listing.origin.credit,
                "seen": _("no longer listed, noticed %(ago)s") % {"ago": words}
                if listing.missing_since
                else _("last seen %(ago)s") % {"ago": words},
            }
        )
    return rows


def _checked(event: Event, now: datetime) -> str:
    return since_words(event.updated_at.astimezone(now.tzinfo), now=now)


def _meta(event: Event, now: datetime, ratings: rated.Rated | None) -> Meta:
    when = when_sentence(event, now=now)
    where = event.place_words or (event.city.name if event.city else "")
    about = plain_text(event.description, limit=200)
    page = absolute(event.get_absolute_url())
    drawn = {shape: absolute(path) for shape, path in picture_paths(event).items()}
    return Meta(
        title=f"{event.title}{f', {where}' if where else ''}",
        description=". ".join(text for text in (f"{when}{f', {where}' if where else ''}", about) if text),
        canonical=page,
        kind="event",
        is_embeddable=True,
        image=drawn[WIDE],
        image_alt=f"{event.title}, {when}",
        image_size=SIZE,
        feeds=[
            Feed(type="text/calendar", href=event.get_absolute_url().rstrip("/") + ".ics", title=event.title)
        ],
        # what ended long ago has left the lists too
        noindex=event.is_sample or event.end_date < (now - AFTERWARDS).date(),
        json_ld=json_ld(
            event_data(
                event, site_url=absolute(""), drawn=[path for shape, path in drawn.items() if shape != WIDE]
            )
            | dict(rated.aggregate(ratings))
        ),
    )
