"""Collects what the page of a review shows beside the review."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist

from accounts.rights import Actor
from events.exceptions import EventError
from events.models import Event, Proposal
from events.queries.copies import copied_pictures
from events.services import Preview, preview_listing, preview_merge
from moderation.enums import ReviewKind, ReviewState
from moderation.models import Review
from pipeline.contract.fields import simple_words
from pipeline.dates.event_times import zone_or_utc
from places.queries.reach import may_in


def shown_evidence(review: Review, *, by: Actor) -> dict[str, Any]:
    """What the template reads of a review's evidence, with the events of the actor's cities and the proposals that it names."""
    evidence, facts = review.evidence, review.evidence.get("facts") or {}
    event = (
        Event.objects.select_related("city", "area", "category", "organizer")
        .filter(pk=review.object_id)
        .first()
    )
    likes = evidence.get("similar") or []
    others = Event.objects.in_bulk([like["event"] for like in likes])
    likes = [like for like in likes if _is_near(others.get(UUID(like["event"])), by)]
    open_proposals = Proposal.objects.filter(event=review.object_id, decided_at__isnull=True)
    return {
        "event": event,
        "facts": facts,
        "simple_facts": simple_words(facts),
        "problems": _quality_problems(facts),
        "pictures": copied_pictures(event) if event else [],
        "changes": [
            {"field": name, "before": pair[0], "after": pair[1]}
            for name, pair in (evidence.get("changes") or {}).items()
        ],
        "proposals": list(open_proposals) if review.kind == ReviewKind.CHANGE else [],
        "likes": [_likeness(like, others.get(UUID(like["event"]))) for like in likes],
        "preview": _merge_preview(review) if len(likes) == len(evidence.get("similar") or []) else None,
        "listing": evidence.get("listing"),
        "venues": evidence.get("places") or [],
        "venue_rows": _venue_rows(evidence.get("places") or []),
    }


def _is_near(other: Event | None, by: Actor) -> bool:
    """Whether an event that is named may be shown: one that is gone has only its id."""
    return other is None or may_in(by, other.city_id)


def _venue_rows(venues: list[dict[str, Any]]) -> list[tuple[str, list[Any]]]:
    """The facts about two venues, side by side: a row for each fact that one of them has."""
    names = [name for venue in venues for name in venue if name not in ("id", "name")]
    return [
        (name, [venue.get(name) or "" for venue in venues])
        for name in dict.fromkeys(names)
        if any(venue.get(name) for venue in venues)
    ]


def _merge_preview(review: Review) -> Preview | None:
    """A preview of the merged event; None without a pair, or where one of the two was deleted."""
    likes = review.evidence.get("similar") or []
    if review.kind != ReviewKind.MATCH or review.state != ReviewState.OPEN or not likes:
        return None
    try:
        if review.evidence.get("listing"):
            return preview_listing(review.object_id)
        return preview_merge(UUID(likes[0]["event"]), review.object_id)
    except (ObjectDoesNotExist, EventError):
        return None


def _likeness(like: dict[str, Any], other: Event | None) -> dict[str, Any]:
    """A similar event with its title and time, where it still exists."""
    when = f"{other.start_at.astimezone(zone_or_utc(other.timezone)):%Y-%m-%d %H:%M %Z}" if other else ""
    return {**like, "other": other, "when": when}


def _quality_problems(facts: dict[str, Any]) -> list[str]:
    """The problems that the quality gates found, as sentences."""
    gates = (facts.get("quality") or {}).get("gates") or {}
    return [problem for gate in gates.values() for problem in gate.get("problems", [])]
