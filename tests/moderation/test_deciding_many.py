"""A verdict on many does to each review what a verdict on one does."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import orjson
import pytest

from accounts.actions import Action
from audit.models import Entry
from events.models import Event
from moderation import services
from moderation.enums import ReportKind, ReviewKind, Verdict
from moderation.exceptions import ModerationError
from moderation.models import Decision, Report, Review, TrustVerdict
from moderation.services.deciding import decide_batch
from moderation.services.reports import Reporter, Said
from moderation.signals import decided
from tests.factories import NOW, make_origin, make_staff, record_event

pytestmark = pytest.mark.django_db


def published(by, name: str, hours: int) -> list[Review]:
    """What waits on published events of one source: a spot check that `by` holds, a report, and what another holds."""
    origin, reviews = make_origin(slug=name, name=name), []
    for number, kind in enumerate((ReviewKind.SPOT, ReviewKind.REPORT, ReviewKind.SPOT)):
        title = f"{name} night {number}"
        event = record_event(title=title, origin=origin, start=NOW + timedelta(hours=hours + 5 * number))
        if kind is ReviewKind.REPORT:
            services.report(event.pk, Said(kind=ReportKind.SPAM), reporter=Reporter(key=title), now=NOW)
        else:
            filing = services.Filing(
                kind=kind, object_id=event.pk, title=title, city_id=event.city_id, evidence={}
            )
            services.file_reviews([filing])
        reviews.append(Review.objects.get(object_id=event.pk))
    services.claim(reviews[0].pk, by=by, now=NOW)
    services.claim(reviews[2].pk, by=make_staff(email=f"{name}@example.org"), now=NOW)
    return reviews


def left_by(reviews: list[Review]) -> dict[str, list]:
    """What is stored of these reviews and their events, without ids and names."""
    ids, events = [row.pk for row in reviews], [row.object_id for row in reviews]
    decisions = Decision.objects.filter(review__in=ids).order_by("review__title")
    entries = Entry.objects.filter(
        action=Action.VERDICT, target__in=[f"moderation.review:{pk}" for pk in ids]
    )
    own = ("decision", "object")
    return {
        "events": list(Event.objects.filter(pk__in=events).order_by("title").values_list("publication", flat=True)),
        "reviews": list(Review.objects.filter(pk__in=ids).order_by("title").values_list("kind", "state", "version", "claimed_at", "decided_at")),
        "decisions": list(decisions.values("verdict", "reason", "note", "by", "automatic", "before", "after", "undo", "at")),
        "reports": list(Report.objects.filter(event__in=events).values_list("state", "decision__verdict")),
        "trust": [(row.right, row.wrong, row.at) for row in TrustVerdict.objects.filter(cause_id__in=[d.pk for d in decisions]).order_by("pk")],
        "log": sorted((e.before, bool(e.note_hash), str({k: v for k, v in orjson.loads(e.after).items() if k not in own})) for e in entries),
    }  # fmt: skip


@contextmanager
def signalled(told: list) -> Iterator[None]:
    """Add to `told` what the higher apps are told of each decision."""

    def hear(kind: str, verdict: str, **_: object) -> None:
        told.append((kind, verdict))

    decided.connect(hear)
    yield
    decided.disconnect(hear)


def decide_each(rows: list[Review], verdict: Verdict, **given) -> list[str]:
    """Decide one by one. Returns why some were refused."""
    refused = []
    for row in rows:
        try:
            services.decide(row.pk, verdict, version=row.version, **given)
        except ModerationError as error:
            refused.append(error.detail)
    return refused


def test_a_verdict_on_many_does_what_it_does_on_each(django_capture_on_commit_callbacks) -> None:
    by, told = make_staff(), []
    each, many = published(by, "each", 30), published(by, "many", 60)
    given = {"by": by, "reason": "wrong_facts", "note": "moved", "now": NOW}
    with signalled(told), django_capture_on_commit_callbacks(execute=True):
        refused = decide_each(each, Verdict.REMOVE, **given)
        outcomes = decide_batch({row.pk: row.version for row in many}, Verdict.REMOVE, **given)
    assert left_by(many) == left_by(each)
    assert [len(left_by(many)[name]) for name in ("decisions", "reports", "trust", "log")] == [2, 1, 2, 2]
    kept_out = [str(one) for one in outcomes.values() if not isinstance(one, Decision)]
    assert [why.replace("many", "each") for why in kept_out] == refused
    assert (len(refused), sorted(told[:2]) == sorted(told[2:]), len(told)) == (1, True, 4)
