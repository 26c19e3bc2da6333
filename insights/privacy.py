"""What the log keeps about a person, for their export and erasure."""

from datetime import timedelta

from django.utils.translation import gettext_noop as _

from accounts.privacy.person import Person
from accounts.privacy.registry import Part, Retention, Rows
from insights.models import Hidden, InteractionRow, Participant
from insights.services.keeping import KEPT


def export(person: Person) -> Rows:
    """The consent, every interaction, and what is hidden."""
    mine = Participant.objects.filter(user_id=person.id)
    rows = InteractionRow.objects.filter(participant__in=mine).order_by("at", "pk")
    return {
        "consent_to_the_log": list(mine.values("wording", "agreed_at", "seen_on")),
        "interactions": list(rows.values("interaction", "event_id", "followed", "surface", "rank", "at")),
        "not_interested_in": list(
            Hidden.objects.filter(user_id=person.id).values(
                "event_id", "event__title", "place__name", "organizer__name", "at"
            )
        ),
    }


def erase(person: Person) -> int:
    """Delete the consent, and with it the interactions; and what is hidden."""
    hidden = Hidden.objects.filter(user_id=person.id).delete()[0]
    mine = Participant.objects.filter(user_id=person.id)
    rows = InteractionRow.objects.filter(participant__in=mine).delete()[0]
    return hidden + rows + mine.delete()[0]


def _kept() -> timedelta:
    return KEPT


PART = Part(
    name=_("what you do here"),
    holds=_("only if you agreed to it: which events you open, share, save, hide, register for or leave for their tickets, "
        "what you follow, where on the site you saw it, and when; and, with your account or on a device that agreed, what you are not interested in"),
    purpose=_("to recommend events to you, and to learn which ones people like"),
    models=frozenset({"insights.Participant", "insights.InteractionRow", "insights.Hidden"}),
    export=export,
    erase=erase,
    stays=_("sums by day, without you"),
    retention=(
        Retention(
            what=_("what you do here, if you agreed to it"),
            period=_kept,
            task="insights.tasks.forget_interactions",
        ),
    ),
)  # fmt: skip
