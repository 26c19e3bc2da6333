"""The comparison of a review's event with those that may be the same."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Prefetch
from django.urls import reverse

from accounts.rights import Actor
from events.enums import ImageState
from events.models import Event, EventImage, Listing
from events.services import Preview, preview_merge
from events.words import calendar_day, clock, count_words, price_words
from moderation.desk.comparison import Comparison, Side, letters, mapped, rows_of
from moderation.desk.reasons import chance_words, reasons_in_words
from moderation.desk.words import UNKNOWN, label, moment_words, shown
from pipeline import taxonomy
from pipeline.contract.fields import BACKGROUND_GROUPS, FIELDS, LOCKS
from pipeline.dates.event_times import zone_or_utc
from places.queries.reach import may_in

#: Only so many events stand beside the review's own.
MOST_BESIDE: Final = 4
#: Fields that a person does not compare: they identify a listing, or describe how well an event is known.
_NOT_COMPARED: Final = BACKGROUND_GROUPS | {"recurrence", "popularity", "flags", "accessibility", "images"}
#: The fields in the order of the table.
COMPARED: Final = tuple(field.name for field in FIELDS if field.lockable and field.name not in _NOT_COMPARED)
_LINKS: Final = ("city", "area", "place", "category", "organizer")
_LABELS: Final[Mapping[str, str]] = {
    "start": "when",
    "venue": "where",
    "status": "takes place",
    "online": "online",
}


def compare_events(
    subject_id: UUID, likes: Sequence[Mapping[str, Any]], *, same: Iterable[UUID] = (), stays: UUID | None = None, by: Actor
) -> Comparison | None:  # fmt: skip
    """The review's event beside those of `likes` ({event, similarity, reasons}) that the actor may see.

    `same` are those that would be merged, by default the first; `stays` is who survives, by default the first
    of them. None where the event or all others are gone.
    """
    beside = list(dict.fromkeys(UUID(str(like["event"])) for like in likes))
    found = _events([subject_id, *beside])
    known = [pk for pk in beside if pk in found and pk != subject_id and may_in(by, found[pk].city_id)]
    if subject_id not in found or not known:
        return None
    ticked = [pk for pk in same if pk in known] or known[:1]
    shown_ids = [*ticked, *(pk for pk in known if pk not in ticked)][:MOST_BESIDE]
    survivor = stays if stays in (subject_id, *ticked) else ticked[0]
    columns = [shown_ids[0], subject_id, *shown_ids[1:]]
    by_event = {UUID(str(like["event"])): like for like in likes}
    sides = tuple(
        _side(
            found[pk],
            letter,
            by_event.get(pk),
            subject=pk == subject_id,
            same=pk in ticked,
            stays=pk == survivor,
        )
        for pk, letter in zip(columns, letters(), strict=False)
    )
    group = [pk for pk in (subject_id, *ticked) if pk != survivor]
    preview = _preview(survivor, group)
    return Comparison(
        sides=sides,
        rows=_rows([found[pk] for pk in columns], preview, list(found.values())),
        doubts=preview.doubts if preview else (),
        refused=preview.refused if preview else "One of them was changed or removed just now. Look again.",
        pictures=_same_picture([found[pk] for pk in columns]),
        left_out=len(known) - len(shown_ids),
        **mapped(sides),
    )


def compare_listing(before: Event, alone: Event, after: Event, *, source: str) -> Comparison:
    """An event beside what a source says now of one of its listings, and the event if that belonged there."""
    linked = _events([before.pk]).get(before.pk, before)
    sides = (
        replace(_side(linked, "A", None, stays=True), facts=("the event as it is now",)),
        replace(_side(alone, "B", None), link="", facts=(f"what {source} says now",)),
    )
    preview = Preview(sides=(before, alone), merged=after)
    rows = tuple(replace(row, pick=False) for row in _rows([linked, alone], preview, [linked]))
    return Comparison(sides=sides, rows=rows, **mapped(sides))


def _events(ids: Iterable[UUID]) -> dict[UUID, Event]:
    """The events with all that the comparison shows, in a number of queries that does not grow with them."""
    listings = Listing.objects.select_related("origin").order_by("first_seen_at")
    rows = Event.objects.filter(pk__in=list(ids)).select_related(*_LINKS)
    rows = rows.prefetch_related(Prefetch("listings", listings), Prefetch("images", EventImage.objects.all()))
    return {event.pk: event for event in rows}


def _preview(survivor: UUID, children: Sequence[UUID]) -> Preview | None:
    try:
        return preview_merge(survivor, *children)
    except ObjectDoesNotExist:
        return None


def _side(event: Event, letter: str, like: Mapping[str, Any] | None, **flags: bool) -> Side:
    picture = _picture(event)
    sources = list(dict.fromkeys(one.origin.name for one in _listings(event)))
    facts = (
        shown("publication", event.publication, zone=event.timezone),
        ", ".join(sources[:4]) or "no source",
    )
    lat, lng = event.shown_point
    return Side(
        id=event.pk, letter=letter, name=event.title, link=reverse("admin:events_event_change", args=[event.pk]), facts=facts,
        version=event.version, chance=chance_words(float(like["similarity"])) if like and like.get("similarity") is not None else "",
        reasons=tuple(reasons_in_words(str(like.get("reasons") or ""))) if like else (), picture=(picture.thumbnail or picture.url) if picture else "",
        picture_words=_picture_words(event, picture), point=(lat, lng) if lat is not None and lng is not None else None, **flags,
    )  # fmt: skip


def _listings(event: Event) -> list[Listing]:
    return list(event.listings.all()) if event.version else []


def _images(event: Event) -> list[EventImage]:
    return list(event.images.all()) if event.version else []


def _picture(event: Event) -> EventImage | None:
    """The first picture of which we hold a copy: no other is asked of a third party."""
    return next((image for image in _images(event) if image.url and image.state != ImageState.REFUSED), None)


def _picture_words(event: Event, picture: EventImage | None) -> str:
    """The description of the picture, or why there is none."""
    if picture is not None:
        return picture.alt or f"Picture of {event.title}"
    waiting = len(_images(event))
    return f"{count_words(waiting, 'picture')}, not fetched" if waiting else "no picture"


def _same_picture(events: Sequence[Event]) -> str:
    """Whether two of the events have one picture, in words."""
    hashes = [
        {key for image in _images(event) for key in (image.content_hash, image.perceptual_hash) if key}
        for event in events
    ]
    pairs = [(i, j) for i in range(len(hashes)) for j in range(i) if hashes[i] & hashes[j]]
    if not pairs:
        return ""
    names = "ABCDEFGHIJ"
    return "; ".join(f"{names[j]} and {names[i]} have the same picture" for i, j in sorted(pairs)) + "."


# --- The fields ---


def _rows(events: Sequence[Event], preview: Preview | None, linked: Sequence[Event]) -> Any:
    merged = _with_links(preview.merged, linked) if preview and preview.merged is not None else None
    said = {
        name: (_LABELS.get(name) or label(name), [_text(event, name) for event in events])
        for name in COMPARED
    }
    return rows_of(said, {name: _text(merged, name) for name in COMPARED} if merged else {}, pick=LOCKS)


def _with_links(event: Event, linked: Sequence[Event]) -> Event:
    """The merged event, with the city, venue and category of those that it took them from."""
    for name in _LINKS:
        key = getattr(event, f"{name}_id")
        other = next((one for one in linked if getattr(one, f"{name}_id") == key), None)
        if key is not None and other is not None:
            setattr(event, name, getattr(other, name))
    return event


def _text(event: Event, name: str) -> str:
    """A field of an event in words, '' where it is not known."""
    if name in _TEXTS:
        return _TEXTS[name](event)
    words = [_shown(event, column.removesuffix("_id")) for column in LOCKS[name]]
    return "\n".join(word for word in words if word)


def _shown(event: Event, column: str) -> str:
    value = getattr(event, column)
    if value in (None, "", [], {}) or value is False:
        return ""
    if column == "subcategory":
        return taxonomy.subcategory_name(str(event.category_id or ""), str(value))
    words = shown(column, value, zone=event.timezone, currency=event.price_currency)
    return "" if words == UNKNOWN else words


def _when(event: Event) -> str:
    """The start and the end with their dates: events that are compared may be far apart."""
    if event.all_day or not event.time_known:
        days = [
            calendar_day(day, today=date.min) for day in dict.fromkeys((event.start_date, event.end_date))
        ]
        return f"{' to '.join(days)}, {'all day' if event.all_day else 'no time given'}"
    words = moment_words(event.start_at, event.timezone)
    if event.end_at is None:
        return words
    zone = zone_or_utc(event.timezone)
    start, end = event.start_at.astimezone(zone), event.end_at.astimezone(zone)
    return f"{words}\nuntil {clock(end) if start.date() == end.date() else moment_words(end, zone)}"


def _where(event: Event) -> str:
    area = ", ".join(str(part) for part in (event.area, event.city or event.venue_city) if part)
    return "\n".join(part for part in (event.venue_name, event.address, area) if part)


def _price(event: Event) -> str:
    words = price_words(event.price_type, event.price_min, event.price_max, event.price_currency)
    return "\n".join([words, *event.offers] if words or event.offers else [])


def _status(event: Event) -> str:
    words = shown("happening", event.happening, zone=event.timezone)
    return f"{words}, sold out" if event.sold_out else words


_TEXTS: Final[Mapping[str, Callable[[Event], str]]] = {
    "title": lambda event: event.title,
    "start": _when,
    "venue": _where,
    "price": _price,
    "status": _status,
}
