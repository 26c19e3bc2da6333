"""Trust that moves: verdicts on facts are stored by whose facts they are, and who may publish follows from them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from accounts.actions import Action, Word, record_action, target_of
from accounts.rights import PIPELINE
from events.models import Origin
from moderation import posterior
from moderation.enums import FieldGroup, SubjectKind, VerdictCause
from moderation.models import TrustSubject, TrustVerdict
from moderation.posterior import Point, Terms, Trial
from moderation.services import rule_settings
from moderation.signals import trust_changed

#: The newest verdicts of a subject that are weighed. Older ones hardly count any more.
MOST: Final = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Whose:
    """Whose facts: a source by its id, or a submitter by a keyed hash."""

    kind: SubjectKind
    key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a verdict says: the groups of fields that were right, and those that were wrong."""

    whose: Whose
    right: frozenset[FieldGroup] = frozenset()
    wrong: frozenset[FieldGroup] = frozenset()


def source_of(key: UUID | str) -> Whose:
    """A source as whose facts are judged."""
    return Whose(kind=SubjectKind.SOURCE, key=str(key))


def introduce(whose: Whose, *, name: str, prior: str) -> TrustSubject:
    """The subject with its present name and kind of source; created at first sight (one or two queries)."""
    subject, _ = TrustSubject.objects.get_or_create(
        kind=whose.kind, key=whose.key, defaults={"name": name[:200], "prior": prior}
    )
    if (subject.name, subject.prior) != (name[:200], prior):
        subject.name, subject.prior = name[:200], prior
        subject.save(update_fields=["name", "prior"])
    return subject


def trusted_groups(subject: TrustSubject) -> frozenset[FieldGroup]:
    """The groups of fields that the subject may publish and change by itself."""
    return frozenset(FieldGroup(name) for name, one in subject.standing.items() if one.get("right"))


def record_verdicts(
    said: Iterable[tuple[UUID, Said]], *, cause: VerdictCause, now: datetime
) -> list[TrustSubject]:
    """Store what verdicts say, each with the id of its cause, and compute the trust of all whom they concern.

    The same cause again replaces what it said before. The number of queries grows with the subjects, not with the
    verdicts. Call it in the transaction of the verdict. Returns the subjects.
    """
    rows = [(cause_id, one) for cause_id, one in said if one.right or one.wrong]
    if not rows:
        return []
    subjects = _subjects({one.whose for _, one in rows})
    TrustVerdict.objects.bulk_create(
        [
            TrustVerdict(
                subject=subjects[one.whose], cause=cause, cause_id=cause_id, right=sorted(one.right - one.wrong), wrong=sorted(one.wrong), at=now
            )
            for cause_id, one in {(cause_id, one.whose): (cause_id, one) for cause_id, one in rows}.values()
        ],
        update_conflicts=True, unique_fields=["subject", "cause", "cause_id"], update_fields=["right", "wrong", "at"],
    )  # fmt: skip
    return reckon([subject.pk for subject in subjects.values()], now=now)


def take_back(cause: VerdictCause, cause_ids: Collection[UUID], *, now: datetime) -> list[TrustSubject]:
    """Forget what a verdict said that was undone: it counts as none. Returns whom it concerned."""
    found = TrustVerdict.objects.filter(cause=cause, cause_id__in=list(cause_ids))
    subjects = list(found.order_by().values_list("subject_id", flat=True).distinct())
    if not subjects:
        return []
    found.delete()
    return reckon(subjects, now=now)


def reckon(subject_ids: Collection[UUID], *, now: datetime) -> list[TrustSubject]:
    """Compute the standing of subjects from their verdicts, and tell of rights gained and lost.

    The rows are locked in the order of their ids, so that of two verdicts at once each sees the other.
    """
    terms = terms_of(rule_settings.in_force())
    with transaction.atomic():
        locked = list(TrustSubject.objects.select_for_update().filter(pk__in=subject_ids).order_by("pk"))
        moved = histories(locked, terms)
        for subject in locked:
            before = trusted_groups(subject)
            subject.standing = {
                group.value: _as_json(points) for group, points in moved[subject.pk].items() if points
            }
            subject.updated_at = now
            _tell(subject, before, trusted_groups(subject))
        TrustSubject.objects.bulk_update(locked, ["standing", "updated_at"])
    return locked


def terms_of(settings: rule_settings.Settings) -> Terms:
    """What it takes to publish without a look, by the settings in force."""
    return Terms(
        verdicts=int(settings.number("trust_verdicts")),
        gained=settings.number("trust_gained"),
        lost=settings.number("trust_lost"),
        half_life=timedelta(days=settings.number("half_life_days")),
    )


def histories(subjects: Collection[TrustSubject], terms: Terms) -> dict[UUID, dict[FieldGroup, list[Point]]]:
    """For each subject and group of fields how the posterior moved, by the newest verdicts (one query)."""
    nth = Window(RowNumber(), partition_by=F("subject"), order_by=[F("at").desc(), F("pk").desc()])
    rows = TrustVerdict.objects.filter(subject__in=subjects).annotate(nth=nth).filter(nth__lte=MOST)
    found: dict[UUID, list[Any]] = {subject.pk: [] for subject in subjects}
    for pk, *row in rows.order_by("at").values_list("subject_id", "right", "wrong", "at"):
        found[pk].append(row)
    return {
        subject.pk: histories_of(found[subject.pk], prior=subject.prior, terms=terms) for subject in subjects
    }


def histories_of(
    rows: Iterable[tuple[Collection[str], Collection[str], datetime]], *, prior: str, terms: Terms
) -> dict[FieldGroup, list[Point]]:
    """The same from (right groups, wrong groups, moment)."""
    trials: dict[FieldGroup, list[Trial]] = {group: [] for group in FieldGroup}
    for right, wrong, at in rows:
        for group in FieldGroup:
            if group in wrong or group in right:
                trials[group].append(Trial(at, group not in wrong))
    return {
        group: posterior.history(found, prior=posterior.prior_of(prior), terms=terms)
        for group, found in trials.items()
    }


def _subjects(wanted: Collection[Whose]) -> dict[Whose, TrustSubject]:
    """The rows of these subjects. One that is new has its origin's name, and gets its prior at its source's next run."""
    rows = _known(wanted)
    if new := sorted({*wanted} - rows.keys(), key=str):
        sources = [one.key for one in new if one.kind is SubjectKind.SOURCE]
        names = {
            str(key): name for key, name in Origin.objects.filter(key__in=sources).values_list("key", "name")
        }
        TrustSubject.objects.bulk_create(
            [
                TrustSubject(
                    kind=one.kind, key=one.key, name=names.get(one.key, ""), prior=_PRIOR.get(one.kind, "")
                )
                for one in new
            ],
            ignore_conflicts=True,
        )
        rows = _known(wanted)
    return rows


def _known(wanted: Collection[Whose]) -> dict[Whose, TrustSubject]:
    rows = TrustSubject.objects.filter(key__in=[one.key for one in wanted])
    return {Whose(kind=SubjectKind(row.kind), key=row.key): row for row in rows}


_PRIOR: Final[Mapping[str, str]] = {SubjectKind.SUBMITTER: "submitter"}


def _as_json(points: list[Point]) -> dict[str, Any]:
    last = points[-1]
    turned = next(
        (
            new
            for old, new in zip(points[-2::-1], points[::-1], strict=False)
            if old.has_right != new.has_right
        ),
        points[0],
    )
    return {
        "right": last.has_right, "since": turned.at.isoformat(), "verdicts": last.verdicts,
        "low": round(last.low, 4), "mean": round(last.mean, 4), "high": round(last.high, 4),
    }  # fmt: skip


def _tell(subject: TrustSubject, before: frozenset[FieldGroup], after: frozenset[FieldGroup]) -> None:
    """Log what was gained and lost, and send it to the higher apps after the commit."""
    if before == after:
        return
    record_action(
        PIPELINE, Action.TRUST_CHANGED, target=target_of(subject),
        before={"groups": [Word(one) for one in sorted(before)]}, after={"groups": [Word(one) for one in sorted(after)]},
    )  # fmt: skip
    news = {
        "kind": subject.kind,
        "key": subject.key,
        "name": str(subject),
        "gained": after - before,
        "lost": before - after,
    }
    transaction.on_commit(partial(trust_changed.send_robust, sender=TrustSubject, **news), robust=True)
