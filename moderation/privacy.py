"""What moderation keeps about a person: who decided, with which words, and marks in the evidence of reviews."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_noop as _

from accounts.privacy.person import Person
from accounts.privacy.redacting import names_of, needles_of, redact_columns, text_columns
from accounts.privacy.registry import NOBODY, Part, Retention, Rows
from events.services.archiving import CONTACT_AFTER
from moderation.enums import SubjectKind
from moderation.models import (
    BulkDecision,
    BulkItem,
    Conversation,
    Decision,
    Message,
    OptOut,
    Reading,
    Report,
    Review,
    SavedFilter,
    SubmittedEvent,
    TeamClaim,
    TrustSubject,
)
from moderation.services import submitters
from moderation.services.reports import key_of_account

#: The task that deletes what expires (config/schedule.py).
FORGET: Final = "accounts.tasks.forget_personal_data"
#: Who submitted nothing for so long is forgotten, and the trust with it.
SUBMITTERS_KEPT: Final = timedelta(days=730)


def export(person: Person) -> Rows:
    """Decisions, readings and reports by the person, and reviews that they have claimed."""
    decisions = Decision.objects.filter(by_id=person.id).order_by("at")
    readings = Reading.objects.filter(by_id=person.id).order_by("at")
    return {
        "decisions": list(decisions.values("verdict", "reason", "note", "object_id", "at")),
        "reports": list(_reports(person).values("kind", "note", "corrections", "event_id", "state", "at")),
        "conversations": list(_conversations(person).values("run_id", "language", "appeal", "created_at")),
        "messages": list(Message.objects.filter(by_id=person.id).values("text", "at")),
        "opt_outs": list(_opt_outs(person).values("kind", "title", "note", "state", "asked_at")),
        "readings": list(readings.values("sample", "event_id", "wrong", "fields", "note", "at")),
        "submitted": list(
            SubmittedEvent.objects.filter(subject__key__in=_keys(person))
            .order_by("at")
            .values("event_id", "at")
        ),
        "bulk decisions": list(
            BulkDecision.objects.filter(by_id=person.id).values("verdict", "reason", "note", "created_at")
        ),
        "filters": list(SavedFilter.objects.filter(by_id=person.id).values("name", "query")),
        "team_claims": list(
            TeamClaim.objects.filter(user_id=person.id).values(
                "kind", "team_id", "text", "link", "state", "created_at"
            )
        ),
        "claimed": list(Review.objects.filter(claimed_by_id=person.id).values("kind", "title", "claimed_at")),
    }


def erase(person: Person) -> int:
    """Take the author and their words from decisions and readings, and the person's marks from all evidence."""
    count = Decision.objects.filter(by_id=person.id).update(by=None, note="")
    count += Reading.objects.filter(by_id=person.id).update(by=None, note="")
    count += BulkDecision.objects.filter(by_id=person.id).update(by=None, note="")
    count += BulkDecision.objects.filter(undone_by_id=person.id).update(undone_by=None)
    count += SavedFilter.objects.filter(by_id=person.id).delete()[0]
    count += Review.objects.filter(claimed_by_id=person.id).update(claimed_by=None, claimed_at=None)
    count += _reports(person).update(reporter="", note="", corrections={})
    count += TrustSubject.objects.filter(key__in=_keys(person)).delete()[0]
    count += _opt_outs(person).update(address="", address_hash="", note="")
    count += OptOut.objects.filter(decided_by_id=person.id).update(decided_by=None)
    count += _conversations(person).delete()[0]
    count += TeamClaim.objects.filter(user_id=person.id).delete()[0]
    count += Message.objects.filter(by_id=person.id).update(by=None, text="")
    needles = needles_of(person)
    return count + sum(
        redact_columns(model, text_columns(model), needles, also=names_of(person))
        for model in (
            Review,
            Decision,
            Reading,
            Report,
            OptOut,
            Conversation,
            Message,
            BulkDecision,
            BulkItem,
        )
    )


def marks(person: Person) -> Iterator[str]:
    """The hashes under which the account's reports and submissions are counted."""
    yield key_of_account(person.id)
    yield from _keys(person)
    yield from person.hashes


def _reports(person: Person) -> QuerySet[Report]:
    return Report.objects.filter(reporter=key_of_account(person.id)).order_by("at")


def _opt_outs(person: Person) -> QuerySet[OptOut]:
    return OptOut.objects.filter(address_hash__in=person.hashes).order_by("asked_at")


def _conversations(person: Person) -> QuerySet[Conversation]:
    return Conversation.objects.filter(address_hash__in=person.hashes)


def _reports_kept() -> timedelta:
    return timedelta(days=settings.REPORTS_KEPT_DAYS)


def _keys(person: Person) -> list[str]:
    """The keyed hashes under which the person's submissions are known."""
    account = submitters.of_account(person.id).key
    return [account, *(submitters.of_address(address).key for address in person.addresses)]


def forget_submitters(now: datetime) -> int:
    """Delete who submitted nothing for a long time, with the verdicts on it. Returns how many rows."""
    before = now - SUBMITTERS_KEPT
    recent = SubmittedEvent.objects.filter(subject=OuterRef("pk"), at__gte=before)
    quiet = TrustSubject.objects.filter(~Exists(recent), kind=SubjectKind.SUBMITTER, updated_at__lt=before)
    return quiet.delete()[0]


_MODELS: Final = frozenset(
    f"moderation.{name}"
    for name in (
        "Review", "Decision", "Reading", "Report", "OptOut", "Conversation", "Message", "BulkDecision", "BulkItem", "SavedFilter",
         "TeamClaim", "TrustSubject", "TrustVerdict", "SubmittedEvent",
    )
)  # fmt: skip
PART: Final = Part(
    name=_("moderation"),
    holds=_(
        "what you report about events, with a keyed hash of your account or network; the address (encrypted) of who asks us not to list something, "
        "or follows an event that they sent in, with messages and the language of its mails; what you write to prove that you speak for somebody; "
        "for moderators: your decisions with your notes, your filters, and what you "
        "are working on; for who submits events: a keyed hash, and how often they were right"
    ),
    purpose=_(
        "to correct what is wrong, to know why something is published or not, and to take it back; to publish at once what is nearly always right"
    ),
    models=_MODELS,
    export=export,
    erase=erase,
    marks=marks,
    stays=_("the decisions, without their author and their words"),
    retention=(
        Retention(
            what=_("who sent a report, and its words; who asked not to be listed, after that ended"),
            period=_reports_kept,
            task="moderation.tasks.forget_reporters",
        ),
        Retention(
            what=_("messages about submissions, after the event"),
            period=lambda: timedelta(days=settings.FOLLOW_DAYS),
            task="moderation.tasks.forget_reporters",
        ),
        Retention(what=_("decisions"), period=lambda: None, task=NOBODY),
        Retention(
            what=_("contacts in the evidence of reviews, after the event"),
            period=lambda: CONTACT_AFTER,
            task="moderation.tasks.anonymize_evidence",
        ),
        Retention(
            what=_("who submitted events, after the last one"),
            period=lambda: SUBMITTERS_KEPT,
            task=FORGET,
            apply=forget_submitters,
        ),
    ),
)
