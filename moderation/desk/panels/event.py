"""The panel of an event, and of a change of a published one: the event as readers will see it, and all evidence."""

from typing import Any

from django.urls import reverse

from accounts.rights import Actor
from events.models import Event, EventImage
from events.position import event_map, lies
from events.queries.copies import copied_pictures
from moderation.desk.checks import checks_of, quality_of
from moderation.desk.history import history_of, nearby
from moderation.desk.panels.likeness import likenesses
from moderation.desk.proposed import proposed_fields
from moderation.desk.reported import listings_of, reported, reported_once
from moderation.desk.words import label, marked, shown
from moderation.enums import ReviewKind, ReviewState
from moderation.models import Review
from pipeline.contract.fields import simple_words


def context(review: Review, *, by: Actor) -> dict[str, Any]:
    """The event as it would be, its sources side by side, checks, proposals, history, and events like it.

    Quality, checks and changes are those frozen in the evidence; where that lacks them, or for an event that is
    gone, what is known now or was said then.
    """
    evidence = review.evidence
    source, name = str(evidence.get("source") or ""), str(evidence.get("source_name") or "")
    event = _event(review)
    facts = evidence.get("facts") or {}
    judged = facts or ({"quality": event.quality, "flags": event.flags} if event else {})
    listings = listings_of(event, first=source) if event else []
    return {
        "simple_facts": simple_words(review.evidence.get("facts") or {}),
        "event": event,
        "is_listed": bool(listings),
        "sources": reported(event, listings)
        if event and listings
        else reported_once(facts, name=name or source, event=event),
        "quality": quality_of(judged),
        "checks": checks_of(judged),
        "proposals": _proposals(review, event),
        "changes": _changes(review, event),
        "copied_pictures": copied_pictures(event) if event else [],
        "likes": likenesses(review, by=by),
        "history": history_of(event) if event else [],
        "nearby": nearby(event, source=source, name=name, but=review.object_id, by=by),
        **(_seen(review, event) if event else {}),
    }


def _event(review: Review) -> Event | None:
    rows = Event.objects.select_related("city", "area", "category", "organizer", "place")
    return rows.prefetch_related("images").filter(pk=review.object_id).first()


def _seen(review: Review, event: Event) -> dict[str, Any]:
    """What a frame shows of the event, its pictures, and its map."""
    is_change = review.kind == ReviewKind.CHANGE and review.state == ReviewState.OPEN
    preview = reverse("admin:events_event_preview", args=[event.pk])
    return {
        "preview_url": f"{preview}?proposed=1" if is_change else preview,
        "is_published": event.publication in ("approved", "archived"),
        "state_words": shown("publication", event.publication, zone=event.timezone),
        "images": [_picture(image) for image in event.images.all()[:6]],
        "map": event_map(event),
        "lies": lies(event),
    }


def _picture(image: EventImage) -> dict[str, Any]:
    """Our own copy of a picture, else where it is; nothing is loaded from another site before a click."""
    return {
        "url": image.thumbnail or image.url,
        "origin": image.source_url,
        "alt": image.alt,
        "size": f"{image.width} × {image.height} pixels" if image.width and image.height else "",
        "reason": image.reason,
    }


def _proposals(review: Review, event: Event | None) -> list[Any]:
    is_open = review.kind == ReviewKind.CHANGE and review.state == ReviewState.OPEN
    return proposed_fields(event) if is_open and event else []


def _changes(review: Review, event: Event | None) -> list[dict[str, Any]]:
    """The changes that were frozen in the evidence, in words, without those that only describe the event."""
    zone = event.timezone if event else str((review.evidence.get("facts") or {}).get("timezone") or "")
    currency = str(((review.evidence.get("facts") or {}).get("price") or {}).get("currency") or "")
    rows = []
    for column, pair in (review.evidence.get("changes") or {}).items():
        sides = marked(*(shown(column, value, zone=zone, currency=currency) for value in pair[:2]))
        rows.append({"label": label(column), "before": sides[0], "after": sides[1]})
    return rows
