"""What the organizer's desk keeps about a person: the drafts that they wrote."""

from datetime import timedelta

from django.utils.translation import gettext_noop as _

from accounts.privacy.person import Person
from accounts.privacy.registry import Part, Retention, Rows
from organizers.models import WrittenEvent
from organizers.writing import KEPT


def export(person: Person) -> Rows:
    """Drafts that the person began."""
    mine = WrittenEvent.objects.filter(author=person.id).order_by("created_at")
    return {
        "written_events": list(mine.values("organizer__name", "said", "picture_alt", "created_at", "sent_at"))
    }


def erase(person: Person) -> int:
    """Take the author from drafts, which belong to the team."""
    return WrittenEvent.objects.filter(author=person.id).update(author=None)


def _kept() -> timedelta:
    return KEPT


PART = Part(
    name=_("organizers"),
    holds=_("which drafts of events you wrote for a team"),
    purpose=_("to send them in your name"),
    models=frozenset({"organizers.WrittenEvent"}),
    export=export,
    erase=erase,
    stays=_("drafts of teams, without you"),
    retention=(Retention(what=_("drafts of events"), period=_kept, task="organizers.tasks.forget_written"),),
)
