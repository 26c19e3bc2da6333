"""The coming events for a person: by their preferences, and of what they follow."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from events import recommended
from events.models import Event
from personal.models import Favourite, Preferences
from personal.queries.following import coming_of, follows_of, why
from personal.queries.preferences import preferences_of, preferred, within_reach
from personal.records import ForMe

Reading = Callable[[QuerySet[Event]], QuerySet[Event]]


def events_for(person: User, *, now: datetime, limit: int, read: Reading, city: str = "") -> ForMe:
    """The next `limit` events by the person's preferences and of what they follow, the soonest first, each once.

    `read` says with what the events are read (events.queries.for_cards, for_api). A slug of a city given here bounds both, in
    place of the preferred city. What is followed comes whatever the preferences say, and nothing that they are not interested
    in. Queries: preferences, follows, what is hidden, the ids of both lists, the reasons, what is saved, and those of `read`,
    however many events there are.
    """
    wants, follows = preferences_of(person), follows_of(person)
    hidden = recommended.hidden_by([person.pk]).get(person.pk, recommended.NOTHING)
    by_wish = hidden.left_of(preferred(wants, now=now, city=city)).values_list("start_at", "id")[:limit]
    by_follow = coming_of([row for row, _ in follows], now=now, city=city, limit=limit, hidden=hidden)
    ids = [pk for _, pk in sorted({*by_wish, *by_follow})[:limit]]
    saved = Favourite.objects.filter(user=person, event__in=ids).values_list("event", flat=True)
    return ForMe(
        events=_in_order(ids, read), why=why(ids, follows), saved=frozenset(saved) if ids else frozenset()
    )


def _in_order(ids: list[UUID], read: Reading) -> list[Event]:
    rows = {event.pk: event for event in read(Event.objects.filter(pk__in=ids))} if ids else {}
    return [rows[pk] for pk in ids if pk in rows]


def recommended_to(
    wants: Preferences, *, now: datetime, limit: int, read: Reading
) -> list[tuple[Event, str]]:
    """The coming events that are recommended to whose preferences these are, the best first, each with its reason; none where nothing is learnt."""
    wishes = recommended.Wishes(categories=wants.categories, centre=wants.centre, price_max=wants.price_max)
    found = recommended.best_of(wants.user_id, within_reach(wants, now=now), wishes, now=now, limit=limit)
    return [(event, found[event.pk]) for event in _in_order(list(found), read)]
