"""How events fit people, many at once: for mails, which are chosen and composed in batches."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Final
from uuid import UUID

import numpy as np

from insights.offering.candidates import Known, arrays_of, kilometres
from insights.offering.choosing import budget_of, pairs_of, reason_of, weigh_parts
from insights.offering.kept import rows_by_id
from insights.offering.past import Act, pasts_of
from insights.offering.records import Because, Kind, Reason
from insights.offering.words import in_words
from insights.recommending.arrays import Floats, People

#: Reasons that are not about the person: in a mail they would stand under nearly every event.
_OF_EVERYBODY: Final = (Because.TREND, Because.SMALL, Because.NEAR, Because.STATED)
#: Mails have the preferences of a person in their own order; here what they did counts alone.
_NOTHING_TOLD: Final = People(kilometres([(None, None)]), np.array([[-1]]), np.array([budget_of(None)]))


class _Together:
    """What all of those share who are asked about at once: their events, and with which others ten people did something."""

    def __init__(self, known: Known, wanted: Collection[UUID], liked: Collection[UUID]) -> None:
        self.known = known
        self.number = known.number()
        self._wanted, self._liked = wanted, liked

    @cached_property
    def pairs(self) -> Mapping[UUID, Sequence[tuple[UUID, int]]]:
        """By event the others of what anybody here likes, with how many people. One query, when the first reason is asked for."""
        return pairs_of(self._wanted, self._liked)


class PersonsFit:
    """An `events.recommended.Fit` of one person. Reasons are worked out when they are asked for."""

    def __init__(self, past: Sequence[Act], wanted: Collection[UUID], together: _Together) -> None:
        self._past, self._together = past, together
        self._liked = {act.event_id for act in past if act.worth > 0}
        done = {act.event_id for act in past}
        self._own = [pk for pk in wanted if pk in together.number and pk not in done]
        self.worth: Mapping[UUID, float] = self._worth()

    def reason(self, event_id: UUID) -> str:
        """In the active language; '' where what they did says nothing of it."""
        if event_id not in self.worth:
            return ""
        known, number = self._together.known, self._together.number
        for other, count in self._together.pairs.get(event_id, ()):
            if other in self._liked and other in number:
                title = str(known.rows[number[other]]["title"])
                return in_words(Reason(because=Because.PEOPLE, name=title, count=count))
        likes = [number[pk] for pk in self._liked if pk in number]
        found = reason_of(number[event_id], self._reasons[:, self._own.index(event_id)], known, sorted(likes))
        return "" if found.because in _OF_EVERYBODY else in_words(found)

    def _worth(self) -> dict[UUID, float]:
        scores = self._weighed().sum(axis=0)
        spread = float(np.ptp(scores)) if len(scores) else 0.0
        shares = (scores - scores.min()) / spread if spread else np.zeros(len(scores))
        return dict(zip(self._own, map(float, shares), strict=True))

    @cached_property
    def _reasons(self) -> Floats:
        return self._weighed()

    def _weighed(self) -> Floats:
        """Parts of the score (parts × own events); kept only for reasons, since a batch has many people."""
        rows = [self._together.number[pk] for pk in self._own]
        found = weigh_parts(
            self._past, self._together.known, _NOTHING_TOLD, self._together.number, kind=Kind.HYBRID
        )
        return found[:, rows]


def fits(wanted: Mapping[UUID, Collection[UUID]], *, now: datetime) -> Mapping[UUID, PersonsFit]:
    """How the wanted events of each person fit them, of those alone who agreed to the log and did something with an event.

    Five queries, and one for reasons, however many people and events there are; one where nobody agreed.
    """
    pasts = pasts_of(list(wanted), now=now)
    if not pasts:
        return {}
    events = {pk for person in pasts for pk in wanted[person]}
    done = {act.event_id for acts in pasts.values() for act in acts}
    rows = rows_by_id(sorted(events | done), now=now)
    if not rows:
        return {}
    known = arrays_of(rows)
    liked = {act.event_id for acts in pasts.values() for act in acts if act.worth > 0}
    together = _Together(known, events, liked)
    return {person: PersonsFit(past, wanted[person], together) for person, past in pasts.items()}
