"""What the log keeps about a person, for their export and erasure."""

from datetime import timedelta

from django.utils.translation import gettext_noop as _

from accounts.privacy.person import Person
from accounts.privacy.registry import Part, Retention, Rows
from insights.models import InteractionRow, Participant
from insights.services.keeping import KEPT


def export(person: Person) -> Rows:
    """The consent, and every interaction."""
    mine = Participant.objects.filter(user_id=person.id)
    rows = InteractionRow.objects.filter(participant__in=mine).order_by("at", "pk")
    return {
        "consent_to_the_log": list(mine.values("wording", "agreed_at", "seen_on")),
        "interactions": list(rows.values("interaction", "event_id", "followed", "surface", "rank", "at")),
    }


def erase(person: Person) -> int:
    """Delete the consent, and with it the interactions."""
    mine = Participant.objects.filter(user_id=person.id)
    rows = InteractionRow.objects.filter(participant__in=mine).delete()[0]
    return rows + mine.delete()[0]


def _kept() -> timedelta:
    return KEPT


PART = Part(
    name=_("what you do here"),
    holds=_("only if you agreed to it: which events you open, share, save, hide, register for or leave for their tickets, "
        "what you follow, where on the site you saw it, and when"),
    purpose=_("to recommend events to you, and to learn which ones people like"),
    models=frozenset({"insights.Participant", "insights.InteractionRow"}),
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
