"""A person rates an event or a venue, changes it, or takes it back."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts import user_input
from accounts.crypto import keyed_hash
from accounts.exceptions import InputRefused
from accounts.models import User
from accounts.networks import coarse
from events.enums import TeamKind
from events.models import Event
from events.queries.teams import manages, role_in
from events.records import Team
from events.things import Thing, lock, thing_of
from places.enums import TeamRole
from places.models import Place
from ratings.enums import Basis, LotReason, RatingState
from ratings.exceptions import RatingRefused
from ratings.models import LONGEST_TEXT, Lot, Rating
from ratings.queries import basis_of, is_rateable, own_of, ratings_of
from ratings.records import Wish
from ratings.services.counting import announce, recount
from ratings.services.forgetting import forget_reviews

#: So many new ratings of one thing within a day, or of one network, and those that follow wait for a moderator.
BURST: Final = 12
BURST_OF_NETWORK: Final = 3
_DAY: Final = timedelta(days=1)


def rate(
    row: Event | Place, wish: Wish, *, by: User, address: str = "", now: datetime | None = None
) -> Rating:
    """Keep what a person says of an event or venue that stands; one for each person, which this replaces.

    `address` is that of the visitor's network. Words wait for a moderator, and the stars with them. Stars alone count at once, as what
    nobody looked at (`ratings.averages`); in a burst they wait too. Raises RatingRefused, InputRefused.
    """
    moment = now or clock()
    text = checked_words("text", wish.text)
    if not 1 <= wish.stars <= 5:
        raise InputRefused("stars", gettext("are 1 to 5. Choose how many."))
    thing = thing_of(row)
    with transaction.atomic():
        if lock(thing) is None:
            raise RatingRefused(gettext("It is gone."))
        refuse(row, by, now=moment)
        rating = own_of(thing, by) or Rating(user=by, version=0, created_at=moment, **{thing.column: row})
        basis = basis_of(row, by, now=moment)
        said = (rating.stars, rating.text, rating.basis)
        if rating.version and said == (wish.stars, text, basis):
            return rating
        rating.stars, rating.text, rating.language, rating.basis = (
            wish.stars,
            text,
            wish.language,
            basis.value,
        )
        rating.network = network_of(thing, address)
        rating.version, rating.updated_at = rating.version + 1, moment
        rating.is_vouched, rating.lot = False, _lot(thing, rating, now=moment)
        waits = bool(text) or rating.lot is not None
        rating.state = (RatingState.WAITING if waits else RatingState.SHOWN).value
        rating.save()
        recount(thing, now=moment)
        announce(thing)
    return rating


def delete(row: Event | Place, *, by: User, now: datetime | None = None) -> bool:
    """Take back what a person said of it, also of what was merged into it. Says whether there was something."""
    thing = thing_of(row)
    with transaction.atomic():
        lock(thing)
        gone = delete_all(list(ratings_of(thing).filter(user=by).values_list("pk", flat=True)))
        recount(thing, now=now)
    return gone > 0


def delete_all(pks: list[UUID]) -> int:
    """Delete ratings with their answers, and their words from what moderators see. The caller counts anew. Returns how many ratings."""
    answers = list(Rating.objects.filter(pk__in=pks, answer__isnull=False).values_list("answer", flat=True))
    forget_reviews([*pks, *answers])
    gone = Rating.objects.filter(pk__in=pks)
    count = gone.count()
    gone.delete()
    return count


def refuse(row: Event | Place, person: User, *, now: datetime) -> None:
    """Raise RatingRefused where the person may not rate it: without a confirmed address, of one's own team, before its end."""
    if not EmailAddress.objects.filter(user=person, verified=True).exists():
        raise RatingRefused(
            gettext("Confirm your mail address first: then ratings count for one person each.")
        )
    if isinstance(row, Event):
        if not is_rateable(row, now=now):
            raise RatingRefused(
                gettext("It can be rated when it is over, for a year. What was called off cannot.")
            )
        if manages(person, row, tuple(TeamRole)):
            raise RatingRefused(gettext("You belong to its team. Those who came rate it."))
    elif role_in(person, Team(kind=TeamKind.PLACE, id=row.pk)) is not None:
        raise RatingRefused(gettext("You belong to its team. Those who came rate it."))


def checked_words(name: str, text: str) -> str:
    """A few words as plain text, its lines kept. Raises InputRefused."""
    if len(text) > LONGEST_TEXT:
        raise InputRefused(
            name, gettext("has at most %(most)s characters. Shorten it.") % {"most": LONGEST_TEXT}
        )
    lines = (user_input.line(name, line, most=LONGEST_TEXT) for line in text.splitlines())
    return "\n".join(lines).strip()[:LONGEST_TEXT]


def network_of(thing: Thing, address: str) -> str:
    """A hash of the coarse network (/24, /48) for this thing alone; '' where the address is not known."""
    network = coarse(address)
    return "" if network == "::" else keyed_hash(f"rating {thing.kind} {thing.id} {network}")


def _lot(thing: Thing, rating: Rating, *, now: datetime) -> Lot | None:
    """The lot that the rating waits in where there is a burst. Who was scanned at the door is not held."""
    if rating.basis == Basis.CHECKED_IN:
        return None
    recent = ratings_of(thing).filter(updated_at__gt=now - _DAY).exclude(user=rating.user_id)
    recent = recent.exclude(basis=Basis.CHECKED_IN).exclude(state=RatingState.REFUSED)
    is_burst = recent.count() >= BURST
    if not is_burst and rating.network:
        is_burst = recent.filter(network=rating.network).count() >= BURST_OF_NETWORK
    if not is_burst:
        return None
    here = {thing.column + "_id": thing.id, "asked_at": None}
    return Lot.objects.get_or_create(**here, defaults={"reason": LotReason.BURST.value, "opened_at": now})[0]
