"""What the apps below ask (`events.recommended`). Nothing here loads numpy before a person's own list is asked for."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from flags.models import Flag
from flags.services import is_on
from insights.models import EventPair
from insights.models.factors import K

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
