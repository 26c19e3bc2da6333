"""What verdicts of people say about the facts of sources and submitters: which were right, and which were wrong.

A group of fields is judged as the word of whoever gave its main field (`Event.provenance`). What a person has set
says nothing about any source.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from events.models import Event, Proposal
from moderation.corrections import present
from moderation.enums import (
    FieldGroup,
    RejectReason,
    ReportKind,
    ReportState,
    SubjectKind,
    Verdict,
    VerdictCause,
)
from moderation.field_groups import field_of, group_of, groups_of
from moderation.models import Decision, Reading, Report, SubmittedEvent, TrustVerdict
from moderation.services import trusting
from moderation.services.trusting import Said, Whose, source_of

G = FieldGroup
#: The field by which it is known who gave a group.
_MAIN: Final = {G.WHAT: "title", G.WHEN: "start", G.WHERE: "venue", G.PRICE: "price", G.TEXT: "description"}
#: The columns that say something of a group, beside what and when, which every event has.
_TOLD_BY: Final[Mapping[FieldGroup, tuple[str, ...]]] = {
    G.WHERE: ("place_id", "venue_name", "address", "online_url"), G.PRICE: ("price_type", "ticket_url"), G.TEXT: ("description",),
}  # fmt: skip
_COLUMNS: Final = ("provenance", "locked_fields", *(name for names in _TOLD_BY.values() for name in names))
#: What a rejection or a removal says is wrong, by its reason. Who says that facts are wrong, and not which, doubts all
#: that can be checked; a duplicate says nothing about facts.
_WRONG: Final[Mapping[str, frozenset[FieldGroup]]] = {
    RejectReason.WRONG_FACTS: frozenset({G.WHEN, G.WHERE, G.PRICE}),
    RejectReason.OUT_OF_AREA: frozenset({G.WHERE}),
    RejectReason.PAST: frozenset({G.WHEN}),
    RejectReason.DUPLICATE: frozenset(),
}
#: The verdicts that say that what readers report is so. A removal says by its reason what is wrong, a flag nothing
#: yet, and a dismissal nothing at all: who reports would choose what counts as right (docs/decisions).
_UPHOLDS: Final = frozenset({Verdict.UPHOLD, Verdict.CANCEL})
#: What a reader's report that was right says is wrong.
_REPORTED: Final[Mapping[str, FieldGroup]] = {
    ReportKind.WRONG_TIME: G.WHEN, ReportKind.CANCELLED: G.WHEN, ReportKind.SPAM: G.WHAT, ReportKind.OFFENSIVE: G.WHAT,
}  # fmt: skip
_EMPTY: Final[tuple[Any, ...]] = (None, "", "unknown", [], {})


@dataclass(kw_only=True, slots=True)
class _Verdict:
    """What one verdict says: by the giver of each group, right or wrong."""

    right: dict[str, set[FieldGroup]] = field(default_factory=lambda: defaultdict(set))
    wrong: dict[str, set[FieldGroup]] = field(default_factory=lambda: defaultdict(set))


def learn_from_decisions(decisions: Collection[Decision], *, now: datetime) -> None:
    """Store what these decisions of people say. The number of queries does not grow with them."""
    people = [one for one in decisions if not one.automatic]
    told = _rows(one.object_id for one in people)
    proposals = _origins(people)
    found = {one.pk: _of_decision(one, told.get(one.object_id), proposals) for one in people}
    for decision_id, object_id, wrong in _upheld(people):
        for group, giver in _givers(told.get(object_id, {})).items():
            if group in wrong:
                found[decision_id].wrong[giver].add(group)
    _record({one.pk: one.object_id for one in people}, found, cause=VerdictCause.DECISION, now=now)
    _weigh_edits_again(people, now=now)


def learn_from_reading(reading: Reading, *, now: datetime) -> None:
    """Store what a moderator said of a published event of a sample."""
    row = _rows([reading.event_id]).get(reading.event_id)
    if row is None:
        return
    found = _Verdict()
    wrong = groups_of(reading.fields) or ({G.WHAT} if reading.wrong else set())
    for group, giver in _givers(row).items():
        (found.wrong if group in wrong else found.right)[giver].add(group)
    _record({reading.pk: reading.event_id}, {reading.pk: found}, cause=VerdictCause.READING, now=now)


def forget_decisions(decisions: Collection[Decision], *, now: datetime) -> None:
    """Verdicts that were undone count as none."""
    trusting.take_back(VerdictCause.DECISION, [one.pk for one in decisions], now=now)
    _weigh_edits_again(decisions, now=now)


def _weigh_edits_again(decisions: Iterable[Decision], *, now: datetime) -> None:
    """After fields were given back to their sources, or taken again: what earlier edits say of these sources.

    Who gives a field back and gets the very value that an edit had replaced has taken that edit back: it blames
    nobody. Where the source says something else by now, it was wrong then. Decisions that gave no field back cost
    no query.
    """
    objects = {one.object_id for one in decisions if _given_back(one.undo.get("edit") or {})}
    if not objects:
        return
    edits = list(
        Decision.objects.filter(
            object_id__in=objects, automatic=False, undone__isnull=True, undo__has_key="edit"
        ).order_by("at", "pk")
    )
    rows = TrustVerdict.objects.filter(
        cause=VerdictCause.DECISION, cause_id__in=[one.pk for one in edits]
    ).select_related("subject")
    said: dict[UUID, list[TrustVerdict]] = defaultdict(list)
    for row in rows:
        said[row.cause_id].append(row)
    changed = []
    for place, one in enumerate(edits):
        later = [two.undo["edit"] for two in edits[place + 1 :] if two.object_id == one.object_id]
        blamed = _blamed(one.undo["edit"], later)
        for row in said[one.pk]:
            of_edit = [
                group
                for (giver, group) in blamed
                if row.subject.key == giver or row.subject.kind == SubjectKind.SUBMITTER
            ]
            wrong = {*row.wrong} - set(of_edit) | {
                group for (_, group), stands in blamed.items() if stands and group in of_edit
            }
            if wrong != {*row.wrong}:
                row.wrong = sorted(wrong)
                changed.append(row)
    if changed:
        TrustVerdict.objects.bulk_update(changed, ["wrong"])
        trusting.reckon({row.subject_id for row in changed}, now=now)


def _given_back(edit: Mapping[str, Any]) -> set[str]:
    """The fields that an edit gave back to their sources."""
    before, after = edit.get("locks") or {}, edit.get("locked") or {}
    return {name for name in before if before[name]["locked"] and not after.get(name, before[name])["locked"]}


def _blamed(
    edit: Mapping[str, Any], later: Sequence[Mapping[str, Any]]
) -> dict[tuple[str, FieldGroup], bool]:
    """(who gave it, group) of the values that an edit replaced, and whether one of them was not taken back by `later` edits."""
    found: dict[tuple[str, FieldGroup], bool] = {}
    for column, giver in _corrected(edit):
        before = edit["columns"][column][0]
        back = next((one for one in later if field_of(column) in _given_back(one)), None)
        stands = back is None or (back.get("columns") or {}).get(column, [None, None])[1] != before
        key = giver, group_of(column)
        found[key] = found.get(key, False) or stands
    return found


def _of_decision(
    decision: Decision, row: Mapping[str, Any] | None, proposals: Mapping[str, tuple[str, list[str]]]
) -> _Verdict:
    found, edited = _Verdict(), decision.undo.get("edit") or {}
    for name, giver in _corrected(edited):
        found.wrong[giver].add(group_of(name))
    for note in decision.undo.get("proposals") or []:
        origin, columns = proposals.get(str(note.get("proposal")), ("", []))
        side = found.right if decision.verdict == Verdict.ACCEPT_CHANGE else found.wrong
        side[origin] |= groups_of(columns)
    if row is None:
        return found
    if decision.verdict == Verdict.APPROVE:
        kept = groups_of([*row["locked_fields"], *(edited.get("columns") or {})])
        for group, giver in _givers(row).items():
            if group not in kept:
                found.right[giver].add(group)
    elif decision.verdict in (Verdict.REJECT, Verdict.REMOVE):
        wrong = _WRONG.get(decision.reason, frozenset({G.WHAT}))
        for group, giver in _givers(row).items():
            if group in wrong:
                found.wrong[giver].add(group)
    return found


def _corrected(edit: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(column, who gave it) of the values that a person replaced. What was missing was not wrong."""
    locks = edit.get("locks") or {}
    for name, (before, _) in (edit.get("columns") or {}).items():
        given = (locks.get(field_of(name)) or {}).get("given") or {}
        if before not in _EMPTY and given.get("origin"):
            yield name, str(given["origin"])


def _givers(row: Mapping[str, Any]) -> dict[FieldGroup, str]:
    """Who gave each group of which the event says something: the origin's key, or `person`."""
    provenance = row.get("provenance") or {}
    groups = [
        group
        for group in FieldGroup
        if group not in _TOLD_BY or any(row.get(name) not in _EMPTY for name in _TOLD_BY[group])
    ]
    named = {group: (provenance.get(_MAIN[group]) or {}).get("origin") for group in groups}
    return {group: str(giver) for group, giver in named.items() if giver}


def _rows(event_ids: Iterable[UUID]) -> dict[UUID, Mapping[str, Any]]:
    wanted = set(event_ids)
    rows = Event.objects.filter(pk__in=wanted).values("pk", *_COLUMNS) if wanted else []
    return {row["pk"]: row for row in rows}


def _upheld(decisions: Sequence[Decision]) -> list[tuple[UUID, UUID, frozenset[FieldGroup]]]:
    """(decision, event, groups) of readers' reports that these decisions found right: what they say is wrong."""
    asked = [one.pk for one in decisions if one.review_id and one.verdict in _UPHOLDS]
    upheld = Report.objects.filter(decision__in=asked, state=ReportState.UPHELD).select_related("event")
    rows = upheld if asked else []
    return [
        (report.decision_id, report.event_id, _reported(report))
        for report in rows
        if report.decision_id is not None
    ]


def _reported(report: Report) -> frozenset[FieldGroup]:
    """The groups that a report says are wrong; none for a double, for rights, and for what was missing."""
    if report.kind == ReportKind.CORRECTION:
        told = present(report.event)
        return groups_of(name for name in report.corrections if told.get(name))
    return frozenset({_REPORTED[report.kind]} if report.kind in _REPORTED else ())


def _origins(decisions: Sequence[Decision]) -> dict[str, tuple[str, list[str]]]:
    """For each answered proposal its origin's key and its columns."""
    ids = [note.get("proposal") for one in decisions for note in one.undo.get("proposals") or []]
    rows = Proposal.objects.filter(pk__in=ids).values_list("pk", "origin_id", "fields") if ids else []
    return {str(pk): (str(origin) if origin else "", list(fields)) for pk, origin, fields in rows}


def _record(
    events: Mapping[UUID, UUID], found: Mapping[UUID, _Verdict], *, cause: VerdictCause, now: datetime
) -> None:
    """Store the verdicts by whose facts they are. `events` is the event of each cause."""
    submitters = _submitters(events.values())
    said: list[tuple[UUID, Said]] = []
    for cause_id, one in found.items():
        for giver in {*one.right, *one.wrong}:
            whose = _whose(giver)
            if whose is None:
                continue
            right, wrong = frozenset(one.right.get(giver, ())), frozenset(one.wrong.get(giver, ()))
            subjects = [whose, *submitters.get((events[cause_id], giver), ())]
            said += [(cause_id, Said(whose=of, right=right, wrong=wrong)) for of in subjects]
    trusting.record_verdicts(said, cause=cause, now=now)


def _whose(giver: str) -> Whose | None:
    """The source of that key; None for a person, and where there is none."""
    try:
        return source_of(UUID(giver))
    except ValueError:
        return None


def _submitters(event_ids: Iterable[UUID]) -> dict[tuple[UUID, str], list[Whose]]:
    """Who submitted an event for certain, by the event and the source of submissions.

    What is sent in under a typed address neither earns nor costs its owner anything.
    """
    known = SubmittedEvent.objects.filter(event_id__in=set(event_ids), is_known=True)
    rows = known.select_related("subject")
    found: dict[tuple[UUID, str], list[Whose]] = defaultdict(list)
    for row in rows:
        if row.event_id:
            whose = Whose(kind=SubjectKind.SUBMITTER, key=row.subject.key)
            found[row.event_id, str(row.source_id)].append(whose)
    return found
