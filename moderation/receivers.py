"""Pairs of places that may be one go into the moderators' queue."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from events.models import Event
from moderation.enums import ReviewKind
from moderation.services import Filing, file_reviews
from places.models import Place, PlaceMatch
from places.signals import asked


@receiver(asked, dispatch_uid="moderation.ask_about_places")
def ask_about_places(*, match_ids: Sequence[UUID], **_: Any) -> None:
    """One review for each pair, with both sides frozen in its evidence."""
    matches = PlaceMatch.objects.filter(pk__in=list(match_ids)).select_related("first__city", "second__city")
    file_reviews(
        Filing(
            kind=ReviewKind.VENUE,
            object_id=match.id,
            title=f"{match.first.name} and {match.second.name}",
            reasons=(f"may be one venue: {match.reasons}",),
            city_id=match.first.city_id or match.second.city_id,
            evidence={"similarity": match.similarity, "why": match.reasons, "places": [_side(match.first), _side(match.second)]},
        )
        for match in matches
    )


def _side(place: Place) -> dict[str, Any]:
    """A place as a moderator compares it."""
    return {
        "id": str(place.id),
        "name": place.name,
        "address": place.address,
        "city": place.city.name if place.city else "",
        "point": f"{place.lat:.5f}, {place.lng:.5f}" if place.lat is not None and place.lng is not None else "",
        "phone": place.phone,
        "website": place.website,
        "ids": dict(place.external_ids),
        "events": Event.objects.filter(place=place).count(),
        "locked": list(place.locked_fields),
    }
