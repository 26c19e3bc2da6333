"""The team of an event or a venue answers to a rating: once, and may change it. A moderator sees it first."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts.exceptions import InputRefused
from accounts.models import User
from accounts.rights import RightMissing
from events.enums import TeamKind
from events.queries.teams import manages, role_in
from events.records import Team
from events.things import Thing, ThingKind, event_of, lock, place_of, thing_of
from places.models import SPEAKING
from ratings.enums import RatingState
from ratings.models import Answer, Rating
from ratings.services.counting import announce
from ratings.services.forgetting import forget_reviews
from ratings.services.rating import checked_words


def answer(
    rating_id: UUID, text: str, *, by: User, language: str = "en", now: datetime | None = None
) -> Answer:
    """Keep what the team answers to a rating that readers see. It waits for a moderator; so does each change.

    Raises Rating.DoesNotExist where readers see none, RightMissing, InputRefused.
    """
    words, moment = checked_words("text", text), now or clock()
    if not words:
        raise InputRefused("text", gettext("is empty. Write something."))
    with transaction.atomic():
        rating, thing = _rating(rating_id, by)
        row = Answer.objects.filter(rating=rating).first() or Answer(
            rating=rating, version=0, created_at=moment
        )
        if row.version and row.text == words:
            return row
        row.by, row.text, row.language, row.updated_at = by, words, language, moment
        row.version, row.state = row.version + 1, RatingState.WAITING.value
        row.save()
        announce(thing)
    return row


def take_answer_back(rating_id: UUID, *, by: User) -> bool:
    """Delete the answer. Says whether there was one. Raises Rating.DoesNotExist, RightMissing."""
    with transaction.atomic():
        rating, thing = _rating(rating_id, by)
        row = Answer.objects.filter(rating=rating).first()
        if row is None:
            return False
        forget_reviews([row.pk])
        row.delete()
        announce(thing)
    return True


def may_answer(thing: Thing, by: User) -> bool:
    """Whether a person speaks for the event or the venue, as owner or editor."""
    if thing.kind is ThingKind.EVENT:
        event = event_of(thing.id)
        return event is not None and manages(by, event)
    role = role_in(by, Team(kind=TeamKind.PLACE, id=thing.id))
    return role is not None and role.value in SPEAKING


def _rating(rating_id: UUID, by: User) -> tuple[Rating, Thing]:
    """The rating, and what it is of, locked."""
    rating = Rating.objects.get(pk=rating_id, state=RatingState.SHOWN)
    row = event_of(rating.event_id) if rating.event_id else place_of(rating.place_id)  # type: ignore[arg-type]  # rating_one_thing
    if row is None:
        raise Rating.DoesNotExist
    thing = thing_of(row)
    if not may_answer(thing, by):
        raise RightMissing(gettext("Only owners and editors of its organizer or venue may answer."))
    lock(thing)
    return Rating.objects.select_for_update(of=("self",)).get(pk=rating_id, state=RatingState.SHOWN), thing
