"""What the apps below ask (`events.recommended`). Nothing here loads numpy before a person's own list is asked for."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from events.models import Event
from events.recommended import Fit, HiddenThings, Wishes
from flags.models import Flag
from flags.services import is_on
from insights.models import EventPair
from insights.models.factors import K
from insights.offering.records import Kind
from insights.offering.words import in_words
from insights.queries import hidden_by
from insights.records import Reader

#: For one event so many others are told.
_MOST: Final = 20


class Learnt:
    """An `events.recommended.Recommender` of what was learnt from the log."""

    def people_of(self, event_id: UUID) -> Mapping[UUID, int]:
        """Events that at least `K` participants did something with who also did with this one. One query, none while it is off."""
        if not (is_on(Flag.RECOMMENDATIONS) and is_on(Flag.LEARNT_RECOMMENDATIONS)):
            return {}
        pairs = EventPair.objects.filter(event=event_id, people__gte=K).order_by("-people", "other_id")
        return dict(pairs.values_list("other_id", "people")[:_MOST])

    def best_of(
        self, person_id: UUID, coming: QuerySet[Event], wishes: Wishes, *, now: datetime, limit: int
    ) -> Mapping[UUID, str]:
        """By all that is known of the person (`insights.offering.choosing.recommend`). The day is the seed. No query while it is off."""
        if not all(is_on(one, key=person_id) for one in (Flag.RECOMMENDATIONS, Flag.LEARNT_RECOMMENDATIONS)):
            return {}
        # it loads numpy, which a web process does without until it is asked
        from insights.offering.choosing import recommend  # noqa: PLC0415

        found = recommend(
            Reader(user_id=person_id),
            coming,
            kind=Kind.HYBRID,
            now=now,
            limit=limit,
            categories=list(wishes.categories),
            centre=wishes.centre,
            price_max=wishes.price_max,
            seed=now.toordinal(),
        )
        return {pk: in_words(found.reasons[pk]) for pk in found.ids}

    def fits(self, wanted: Mapping[UUID, Collection[UUID]], *, now: datetime) -> Mapping[UUID, Fit]:
        """By what they did (`insights.offering.batches.fits`). No query while it is off."""
        on = {
            person: events
            for person, events in wanted.items()
            if all(is_on(one, key=person) for one in (Flag.RECOMMENDATIONS, Flag.LEARNT_RECOMMENDATIONS))
        }
        if not on:
            return {}
        # it loads numpy, as above
        from insights.offering.batches import fits  # noqa: PLC0415

        with transaction.atomic():  # who asks goes on without an answer
            return fits(on, now=now)

    def hidden_by(self, people: Collection[UUID]) -> Mapping[UUID, HiddenThings]:
        """Whatever the flags say: what was hidden stays hidden."""
        return hidden_by(people)

    def less_path(self, event_id: UUID) -> str:
        """Back to the page of what is for them, which is there for those alone who have recommendations on."""
        return f"{reverse('insights:less')}?kind=event&key={event_id}&back=for-me"
