"""Step: make every text and address from outside safe, readable and bounded. Idempotent."""

from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.enums import Status, gravest
from pipeline.contract.fields import SIMPLE_LIMITS
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import Image, NormalizedEvent, OrganizerRef, Venue
from pipeline.refinement.categories.labels import labels_of
from pipeline.refinement.limits import (
    MAX_ADDRESS,
    MAX_DESCRIPTION,
    MAX_DETAILS,
    MAX_IMAGES,
    MAX_NAME,
    MAX_OFFER,
    MAX_OFFERS,
    MAX_PERFORMERS,
    MAX_TAG,
    MAX_TAGS,
)
from pipeline.refinement.locations.city_names import city_name
from pipeline.text import sanitize as text
from pipeline.text.folding import fold
from pipeline.titles import MAX_TITLE, is_shouting
from pipeline.titles import cleaned as cleaned_title


def clean(drafts: list[Draft], context: SourceContext, lookups: Any) -> list[Draft]:
    """Clean each event. One without a title is dropped as "no title"."""
    return [_clean(draft) for draft in drafts]


def _clean(draft: Draft) -> Draft:
    if draft.dropped:
        return draft
    event, notes = cleaned(draft.event, draft)
    return replace(
        draft, event=event, notes=(*draft.notes, *notes), dropped="" if event.title else "no title"
    )


def cleaned(event: NormalizedEvent, draft: Draft) -> tuple[NormalizedEvent, list[str]]:
    """The event with clean fields, and notes on what was cut or removed."""
    notes: list[str] = []
    venue = _venue(event.venue)
    title, status = _title(event, draft, venue, notes)
    description = text.rich(event.description, limit=MAX_DESCRIPTION) if event.description else ""
    if len(event.description) > MAX_DESCRIPTION * 3:
        notes.append(f"description cut from {len(event.description)} characters")
    simple: dict[str, Any] = {
        name: _line(getattr(event, name), limit) for name, limit in SIMPLE_LIMITS.items()
    }
    clean_event = replace(
        event,
        title=title,
        raw_title=text.plain(event.raw_title[: MAX_TITLE * 3])[:MAX_TITLE].strip(),
        description=description,
        venue=venue,
        status=gravest(event.status, status),
        tags=_names(labels_of(text.plain(tag[:1_000]) for tag in event.tags), count=MAX_TAGS, limit=MAX_TAG),
        performers=_names(event.performers, count=MAX_PERFORMERS, limit=MAX_NAME),
        offers=_names(event.offers, count=MAX_OFFERS, limit=MAX_OFFER),
        language=text.plain(event.language[:35]).replace("_", "-")[:12],
        url=_url(event.url, "url", notes),
        ticket_url=_url(event.ticket_url, "ticket_url", notes),
        online_url=_url(event.online_url, "online_url", notes),
        images=_images(event.images, notes),
        organizer=_organizer(event.organizer, notes),
        accessibility=_details(event.accessibility),
        **simple,
    )
    return clean_event, notes


def _title(event: NormalizedEvent, draft: Draft, venue: Venue, notes: list[str]) -> tuple[str, Status]:
    if len(event.title) > MAX_TITLE:
        notes.append(f"title cut from {len(event.title)} to {MAX_TITLE} characters")
    title = text.plain(event.title[: MAX_TITLE * 5])
    evidence = (
        f"{text.plain(event.description[:2_000])} {event.organizer.name if event.organizer else ''} {venue.name}"
        if is_shouting(title)
        else ""
    )
    return cleaned_title(title, start=draft.raw.start, venue=venue.name, evidence=evidence)


def _venue(venue: Venue) -> Venue:
    return replace(
        venue,
        name=text.lines(venue.name[: MAX_NAME * 5]),
        address=text.lines(venue.address[: MAX_ADDRESS * 5]),
        city=city_name(venue.city),
        country=text.clipped(text.plain(venue.country[: MAX_NAME * 2]), 60),
        external_ids=_details(venue.external_ids),
    )


def _names(names: Iterable[str], *, count: int, limit: int) -> tuple[str, ...]:
    """At most `count` clean names of at most `limit` characters, without repetitions (`fold`)."""
    kept: dict[str, str] = {}
    for name in names:
        if len(kept) == count:
            break
        clean_name = text.clipped(text.plain(name[: limit * 3]).strip(" ,;#"), limit)
        if clean_name:
            kept.setdefault(fold(clean_name), clean_name)
    return tuple(kept.values())


def _line(line: str, limit: int) -> str:
    return text.clipped(text.plain(line[: limit * 3]), limit)


def _url(url: str, name: str, notes: list[str]) -> str:
    if not url:
        return ""
    cut = url[: text.MAX_URL * 2]
    safe = text.public_url(cut)
    if not safe:
        notes.append(f"{name} dropped: {'it lets its holder in' if text.http_url(cut) else 'no web address'}")
    return safe


def _images(images: tuple[Image, ...], notes: list[str]) -> tuple[Image, ...]:
    kept: dict[str, Image] = {}
    for image in images:
        url = _url(image.url, "image", notes) if len(kept) < MAX_IMAGES else ""
        if url and url not in kept:
            alt, credit = (text.clipped(text.plain(part[:1000]), 300) for part in (image.alt, image.credit))
            kept[url] = replace(image, url=url, alt=alt, credit=credit)
    first = next((url for url, image in kept.items() if image.is_primary), next(iter(kept), ""))
    return tuple(replace(image, is_primary=url == first) for url, image in kept.items())


def _organizer(organizer: OrganizerRef | None, notes: list[str]) -> OrganizerRef | None:
    if organizer is None:
        return None
    name = text.clipped(text.plain(organizer.name[: MAX_NAME * 3]), MAX_NAME)
    url = _url(organizer.url, "organizer url", notes)
    if not (name or url):
        return None
    return replace(
        organizer, name=name, url=url, contact=text.clipped(text.plain(organizer.contact[:600]), MAX_NAME)
    )


def _details(details: Mapping[str, Any]) -> dict[str, Any]:
    """A flat mapping of short clean texts, numbers and booleans. Nested values are left out."""
    kept: dict[str, Any] = {}
    for name, value in list(details.items())[:MAX_DETAILS]:
        if isinstance(value, str):
            value = text.clipped(text.plain(value[:1000]), 300)
        elif not isinstance(value, bool | int | float):
            continue
        kept[text.plain(str(name)[:60])] = value
    return kept
