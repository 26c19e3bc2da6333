"""What people like, for the order of their digests."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from accounts.models import User
from digests.choosing.learnt import fits
from digests.choosing.pool import Pool
from digests.choosing.records import NOBODY, Taste
from events import recommended
from events.recommended import Fit, HiddenThings
from personal.models import Favourite, Follow, Preferences
from personal.queries import preferred

#: What was saved longer ago says little about what somebody likes.
_LATELY: Final = timedelta(days=365)


class Tastes:
    """What the people of one batch like. Reads all of them at once; which events one prefers is a query for each who has preferences."""

    def __init__(self, people: Collection[UUID], *, now: datetime) -> None:
        self._now = now
        self._follows: dict[UUID, set[UUID | str]] = defaultdict(set)
        self._saved: dict[UUID, set[UUID]] = defaultdict(set)
        self._counts: dict[UUID, Counter[str]] = defaultdict(Counter)
        self._wants: Mapping[UUID, Preferences] = {}
        self._fits: Mapping[UUID, Fit] = {}
        self._hidden: Mapping[UUID, HiddenThings] = recommended.hidden_by(people)
        if people:
            self._read(people)

    def learn(self, people: Collection[UUID], pool: Pool) -> None:
        """Read what is learnt of these people about this pool; `of` takes it into account until it is called again."""
        self._fits = fits(dict.fromkeys(people, pool.ids), now=self._now) if pool.ids else {}

    def of(self, person: User | None, pool: Pool, *, city: str) -> Taste:
        """What of this pool somebody likes; `NOBODY` where nothing is known."""
        if person is None:
            return NOBODY
        key, wants = person.pk, self._wants.get(person.pk)
        ids = frozenset[UUID]()
        if wants is not None and _says_something(wants) and pool.ids:
            fulfil = preferred(wants, now=self._now, city=city).filter(pk__in=pool.ids).order_by()
            ids = frozenset(fulfil.values_list("pk", flat=True))
        learnt = self._fits[key].worth if key in self._fits else {}
        if not (ids or learnt or key in self._follows or key in self._saved):
            return NOBODY
        counts = self._counts[key]
        most = max(counts.values(), default=1)
        return Taste(
            follows=frozenset(self._follows.get(key, ())),
            saved=frozenset(self._saved.get(key, ())),
            preferred=ids,
            liked={name: count / most for name, count in counts.items()},
            learnt=learnt,
        )

    def hidden_of(self, person: User | None) -> HiddenThings:
        """What somebody is not interested in."""
        return recommended.NOTHING if person is None else self._hidden.get(person.pk, recommended.NOTHING)

    def _read(self, people: Collection[UUID]) -> None:
        self._wants = Preferences.objects.select_related("city", "area").in_bulk(list(people))
        follows = Follow.objects.filter(user__in=people).values_list(
            "user_id", "place_id", "place__merged_into_id", "organizer_id", "area_id", "performer"
        )
        for user, place, stayed, organizer, area, performer in follows.iterator(2_000):
            key = stayed or place or organizer or area or performer
            if key:
                self._follows[user].add(key)
        saved = Favourite.objects.filter(user__in=people, at__gt=self._now - _LATELY).values_list(
            "user_id", "event_id", "event__merged_into_id", "event__category_id", "event__place_id"
        )
        for user, event, stayed, category, place in saved.iterator(2_000):
            self._saved[user].add(stayed or event)
            self._counts[user].update(part for part in (category, str(place or "")) if part)


def tastes_of(people: Collection[UUID], *, now: datetime) -> Tastes:
    """What these people like, and what they are not interested in. Four queries, however many they are."""
    return Tastes(people, now=now)


def _says_something(wants: Preferences) -> bool:
    return (
        bool(
            wants.categories
            or wants.keywords
            or wants.times
            or wants.free_only
            or wants.languages
            or wants.centre
        )
        or wants.price_max is not None
    )
