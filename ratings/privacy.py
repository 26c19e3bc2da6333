"""What ratings keep about a person, for their export and erasure."""

from django.db import transaction
from django.utils.translation import gettext_noop as _

from accounts.privacy.person import Person
from accounts.privacy.registry import NOBODY, Part, Retention, Rows
from events.things import ThingKind, lock, row_of, thing_of
from ratings.models import Answer, Rating
from ratings.services.counting import recount
from ratings.services.rating import delete_all


def export(person: Person) -> Rows:
    """The ratings, and the answers that the person wrote for a team."""
    mine = Rating.objects.filter(user_id=person.id).order_by("created_at")
    return {
        "ratings": list(
            mine.values(
                "event_id", "event__title", "place_id", "place__name", "stars", "text", "language", "basis", "state", "created_at", "updated_at",
            )
        ),
        "answers_to_ratings": list(
            Answer.objects.filter(by_id=person.id).values("rating_id", "text", "state", "created_at", "updated_at")
        ),
    }  # fmt: skip


def erase(person: Person) -> int:
    """Delete the ratings, and count what they were of anew. Answers stay their team's, without their author."""
    mine = list(Rating.objects.filter(user_id=person.id).values_list("pk", "event", "place"))
    written = Answer.objects.filter(by_id=person.id)
    with transaction.atomic():
        gone = delete_all([pk for pk, _event, _place in mine])
        gone += written.update(by=None)
        for event_id, place_id in sorted({row[1:] for row in mine}, key=str):
            row = row_of(ThingKind.EVENT if event_id else ThingKind.PLACE, event_id or place_id)
            if row is not None:
                lock(thing_of(row))
                recount(thing_of(row))
    return gone


PART = Part(
    name=_("ratings"),
    holds=_(
        "the stars and words that you gave to events and venues, whether you were checked in, registered or say so, and a keyed hash of your "
        "network, made anew for each event or venue, against many ratings by one; answers that you wrote for a team"
    ),
    purpose=_("to show how events and venues were for those who came"),
    models=frozenset({"ratings.Rating", "ratings.Answer"}),
    export=export,
    erase=erase,
    stays=_("answers of your team, without your name"),
    retention=(Retention(what=_("ratings, until you delete them"), period=lambda: None, task=NOBODY),),
)
