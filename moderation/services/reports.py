"""What readers report: gathered into one review for each event, weighed by how good the reporters were, and answered.

Nothing is hidden by the number of reports (docs/decisions): a moderator looks, sooner where more weight says so.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet
from django.utils.timezone import now as clock

from accounts.crypto import keyed_hash
from accounts.exceptions import InputRefused
from accounts.rights import Actor, is_person
from accounts.user_input import line
from events.enums import Happening, Publication
from events.models import Event
from moderation.corrections import columns_of, differing
from moderation.enums import ReportKind, ReportState, ReviewKind, ReviewState, Verdict
from moderation.exceptions import ModerationError
from moderation.models import Decision, Report, Review
from moderation.reporters import Record
from moderation.services.judging import Filing, file_reviews

#: An event with reports is read before routine items; one with enough weight before quarantined runs too.
PRIORITY, URGENT_PRIORITY = 10, 100
LONGEST_NOTE: Final = 500
READERS_SEE: Final = (Publication.APPROVED, Publication.ARCHIVED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reporter:
    """Who reports: a keyed hash, and whether it is of an account."""

    key: str
    has_account: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a reader says: the kind, a note, and texts by field of `moderation.corrections`."""

    kind: ReportKind
    note: str = ""
    corrections: Mapping[str, str] = field(default_factory=dict)


def reporter_of(by: Actor, network: str) -> Reporter:
    """The reporter: the account of a signed-in person, else the network (already a keyed hash)."""
    if is_person(by):
        return Reporter(key=key_of_account(by.pk), has_account=True)
    return Reporter(key=keyed_hash(f"reporter network {network}"))


def key_of_account(person_id: Any) -> str:
    """The keyed hash under which an account's reports are counted."""
    return keyed_hash(f"reporter account {person_id}")


def report(event_id: UUID, said: Said, *, reporter: Reporter, now: datetime | None = None) -> Report:
    """Keep what a reader reports, and gather it into the event's review.

    The same reader's open report of the same kind is replaced. Anyone may report what readers see. Raises
    Event.DoesNotExist, InputRefused.
    """
    moment = now or clock()
    with transaction.atomic():
        event = Event.objects.select_related("city").get(pk=event_id, publication__in=READERS_SEE)
        values = {
            "note": line("note", said.note, most=LONGEST_NOTE),
            "corrections": differing(event, said.corrections),
            "has_account": reporter.has_account,
            "at": moment,
        }
        kept = _keep(event, said.kind, reporter.key, values)
        gather(event)
    return kept


def _keep(event: Event, kind: ReportKind, key: str, values: Mapping[str, Any]) -> Report:
    same: dict[str, Any] = {
        "event": event,
        "kind": kind.value,
        "reporter": key,
        "state": ReportState.OPEN.value,
    }
    try:
        with transaction.atomic():
            return Report.objects.update_or_create(**same, defaults=values)[0]
    except IntegrityError:  # the same reader's other request was faster
        return Report.objects.get(**same)


def gather(event: Event) -> None:
    """File the event's open reports as one review, or bring its open one up to date."""
    reports = list(open_reports(event.pk))
    if not reports:
        return
    weight = weigh(reports)
    urgent = weight >= settings.REPORTS_URGENT_WEIGHT
    counts = Counter(each.kind for each in reports)
    filing = Filing(
        kind=ReviewKind.REPORT,
        object_id=event.pk,
        title=event.title,
        reasons=tuple(_reasons(counts)),
        evidence={
            "reports": dict(counts),
            "weight": round(weight, 2),
            "threshold": settings.REPORTS_URGENT_WEIGHT,
        },
        city_id=event.city_id,
        starts_at=event.start_at,
        priority=URGENT_PRIORITY if urgent else PRIORITY,
    )
    file_reviews([filing])
    held = Review.objects.filter(kind=ReviewKind.REPORT, object_id=event.pk, state=ReviewState.OPEN)
    Report.objects.filter(pk__in=[each.pk for each in reports]).update(review=held.values("pk")[:1])


def _reasons(counts: Mapping[str, int]) -> Iterable[str]:
    for kind, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        readers = "a reader reports" if count == 1 else f"{count} readers report"
        yield f"{readers}: {WORDS[ReportKind(kind)]}"


#: Each kind as readers choose it.
WORDS: Final[Mapping[ReportKind, str]] = {
    ReportKind.WRONG_TIME: "wrong time",
    ReportKind.CANCELLED: "it is cancelled",
    ReportKind.SPAM: "spam",
    ReportKind.OFFENSIVE: "offensive",
    ReportKind.DUPLICATE: "listed twice",
    ReportKind.RIGHTS: "it uses what is mine",
    ReportKind.CORRECTION: "a detail is wrong",
}


def open_reports(event_id: UUID) -> QuerySet[Report]:
    """The reports on an event that wait for a verdict, newest first."""
    return Report.objects.filter(event=event_id, state=ReportState.OPEN).order_by("-at", "-pk")


def records_of(reports: Collection[Report]) -> dict[str, Record]:
    """How good the reporters of these reports were before, by their key (one query)."""
    keys = {each.reporter: each.has_account for each in reports if each.reporter}
    judged = (
        Report.objects.filter(reporter__in=keys, state__in=(ReportState.UPHELD, ReportState.DISMISSED))
        .order_by()
        .values_list("reporter", "state")
        .annotate(Count("pk"))
    )
    counts = {(key, state): count for key, state, count in judged}
    return {
        key: Record(
            upheld=counts.get((key, ReportState.UPHELD.value), 0),
            dismissed=counts.get((key, ReportState.DISMISSED.value), 0),
            has_account=has_account,
        )
        for key, has_account in keys.items()
    }


def weigh(reports: Collection[Report]) -> float:
    """The weight of all reports together: each reader counts once."""
    forgotten = sum(not each.reporter for each in reports)
    return sum(record.weight for record in records_of(reports).values()) + forgotten * Record().weight


# --- Verdicts ---

#: The verdicts whose whole effect lies in this module.
ANSWERS: Final = frozenset({Verdict.UPHOLD, Verdict.DISMISS, Verdict.CANCEL, Verdict.ACCEPT_FIX})


def answered(review: Review, verdict: Verdict, other: UUID | None) -> QuerySet[Report]:
    """The open reports that a verdict answers: all, or those that say what it does."""
    waiting = open_reports(review.object_id)
    if verdict is Verdict.EDIT:
        return waiting.none()
    if verdict is Verdict.CANCEL:
        return waiting.filter(kind=ReportKind.CANCELLED)
    if verdict is Verdict.ACCEPT_FIX:
        chosen = waiting.filter(pk=other).first() if other else None
        return waiting.filter(corrections=chosen.corrections) if chosen else waiting.none()
    return waiting


def cancelled(_review: Review, _other: UUID | None) -> dict[str, Any]:
    """The edit that says to readers that the event is cancelled."""
    return {"happening": Happening.CANCELLED.value}


def fixed(review: Review, other: UUID | None) -> dict[str, Any]:
    """The edit that takes a reader's correction over. Raises ModerationError."""
    chosen = open_reports(review.object_id).filter(pk=other).first() if other else None
    if chosen is None or not chosen.corrections:
        raise ModerationError("This correction was answered already. Reload the page.")
    event = Event.objects.select_related("city").get(pk=review.object_id)
    try:
        return columns_of(event, chosen.corrections)
    except InputRefused as refused:
        raise ModerationError(refused.detail) from refused


#: The verdicts that edit the event, and what they set.
EDITS: Final[Mapping[Verdict, Callable[[Review, UUID | None], dict[str, Any]]]] = {
    Verdict.CANCEL: cancelled,
    Verdict.ACCEPT_FIX: fixed,
}


def close(decision: Decision, reports: QuerySet[Report]) -> None:
    """Mark the answered reports as upheld or dismissed by the decision."""
    state = ReportState.DISMISSED if decision.verdict == Verdict.DISMISS else ReportState.UPHELD
    Report.objects.filter(pk__in=list(reports.values_list("pk", flat=True))).update(
        state=state.value, decision=decision
    )


def is_settled(review: Review, answers: QuerySet[Report]) -> bool:
    """Whether no report is left once these are answered."""
    return not open_reports(review.object_id).exclude(pk__in=answers.order_by().values("pk")).exists()


def reopen(decision: Decision) -> None:
    """Open the reports again that the decision answered."""
    Report.objects.filter(decision=decision).update(state=ReportState.OPEN.value, decision=None)


def uphold_duplicates(child_id: UUID) -> None:
    """Uphold what readers said of an event that was merged: that it is listed twice."""
    open_reports(child_id).filter(kind=ReportKind.DUPLICATE).update(state=ReportState.UPHELD.value)


def forget_reporters(*, now: datetime) -> int:
    """Take the reporter and the words from reports that are older than REPORTS_KEPT_DAYS. Returns how many."""
    old = Report.objects.filter(at__lt=now - timedelta(days=settings.REPORTS_KEPT_DAYS)).exclude(
        reporter="", note=""
    )
    return old.update(reporter="", note="", corrections={})
