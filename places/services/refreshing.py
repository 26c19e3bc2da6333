"""Renews the predictions of watched places."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from places.enums import PlaceState, StatusSource
from places.models import Place
from places.prediction import Running, predict
from places.queries import hours_say, past_reports
from places.services.status import record_evidence

#: The prefix of the basis of a platform's own statement, which is more certain than a prediction and stays
#: while valid.
SAID_BY: Final = "said by "


def refresh_places(
    place_ids: Collection[UUID], *, running: Mapping[UUID, Sequence[Running]], now: datetime
) -> int:
    """Update the predictions for these places.

    Returns how many answers changed. The predictions use opening hours, earlier reports, and running events
    (`running`, by place). Outdated ones are deleted. The number of queries is constant.
    """
    places = list(
        Place.objects.select_related("city").filter(pk__in=place_ids, state=PlaceState.ACTIVE).order_by("pk")
    )
    past = past_reports([place.id for place in places], now=now)
    said = {
        place.id: predict(
            hours=hours_say(place, now=now),
            past=past.get(place.id, ()),
            running=running.get(place.id, ()),
            now=now,
        )
        for place in places
    }
    return record_evidence(said, now=now, withdraw=StatusSource.PREDICTION, keep=SAID_BY)
