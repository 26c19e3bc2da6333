"""What moderation keeps about a person: who decided, with which words, and marks in the evidence of reviews."""

from typing import Final

from accounts.privacy.person import Person
from accounts.privacy.redacting import names_of, needles_of, redact_columns, text_columns
from accounts.privacy.registry import NOBODY, Part, Retention, Rows
from events.services.archiving import CONTACT_AFTER
from moderation.models import Decision, Reading, Review


def export(person: Person) -> Rows:
    """Decisions and readings by the person, and reviews that they have claimed."""
    decisions = Decision.objects.filter(by_id=person.id).order_by("at")
    readings = Reading.objects.filter(by_id=person.id).order_by("at")
    return {
        "decisions": list(decisions.values("verdict", "reason", "note", "object_id", "at")),
        "readings": list(readings.values("sample", "event_id", "wrong", "fields", "note", "at")),
        "claimed": list(Review.objects.filter(claimed_by_id=person.id).values("kind", "title", "claimed_at")),
    }


def erase(person: Person) -> int:
    """Take the author and their words from decisions and readings, and the person's marks from all evidence."""
    count = Decision.objects.filter(by_id=person.id).update(by=None, note="")
    count += Reading.objects.filter(by_id=person.id).update(by=None, note="")
    count += Review.objects.filter(claimed_by_id=person.id).update(claimed_by=None, claimed_at=None)
    needles = needles_of(person)
    return count + sum(
        redact_columns(model, text_columns(model), needles, also=names_of(person))
        for model in (Review, Decision, Reading)
    )


PART: Final = Part(
    name="moderation",
    holds="for moderators: your decisions with your notes, and what you are working on",
    purpose="to know why something is published or not, and to take it back",
    models=frozenset({"moderation.Review", "moderation.Decision", "moderation.Reading"}),
    export=export,
    erase=erase,
    stays="the decisions, without their author and their words",
    retention=(
        Retention(what="decisions", period=lambda: None, task=NOBODY),
        Retention(
            what="contacts in the evidence of reviews, after the event",
            period=lambda: CONTACT_AFTER,
            task="moderation.tasks.anonymize_evidence",
        ),
    ),
)
