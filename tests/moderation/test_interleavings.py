"""Any order of imports, edits, merges, un-merges and undos by two moderators keeps what must hold.

No lock is lost, nothing is orphaned, every state is told by the log, and what is undone is as before.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from audit.enums import Action
from audit.models import Entry
from events import services as events
from events.exceptions import EventError
from events.models import Event, Listing, Proposal
from moderation import services
from moderation.enums import ReviewKind, ReviewState, Verdict
from moderation.exceptions import ModerationError
from moderation.models import Decision, Review
from moderation.services import Edit
from pipeline.contract.fields import LOCKS
from tests.events.services.test_locks import doubt_all
from tests.factories import NOW, make_entry, make_origin, make_staff, normalized, publish_all, record_event

pytestmark = pytest.mark.django_db
#: What of an event an undo need not bring back: who touched it last, and when it was first published.
OWN = {
    "version",
    "updated_at",
    "moderated_by_id",
    "moderated_at",
    "published_at",
    "publication_reason",
    "freshness",
}
VALUES = st.sampled_from(
    [
        {"title": "Ragas, by hand"},
        {"title": "By another hand"},
        {"capacity": 80},
        {"tags": ["raga"], "language": "kn"},
    ]
)
TOLD = st.sampled_from(
    [{"title": "Raga by Night"}, {"title": "Raga at Dawn", "capacity": 90}, {"tags": ("free",)}, {}]
)
NUMBERS, WHO = st.integers(0, 2), st.integers(0, 1)


class Desk(RuleBasedStateMachine):
    """Three events, each of a source of its own, and two moderators."""

    def __init__(self) -> None:
        super().__init__()
        self.undone_later = transaction.atomic()
        self.undone_later.__enter__()
        self.people = [make_staff(email=f"{name}@example.org") for name in ("anna", "berta")]
        self.origins = [make_origin(slug=slug) for slug in ("a", "b", "c")]
        found = [
            record_event(title="Raga at Dusk", origin=origin, external_id=origin.slug, approved=number < 2)
            for number, origin in enumerate(self.origins)
        ]
        self.ids = [event.pk for event in found]
        self.at = NOW
        self.before: dict[Any, Any] = {}
        self.last: Decision | None = None
        self._file(ReviewKind.EVENT, self.ids[2])

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone_later.__exit__(None, None, None)

    # --- what the sources do ---

    @rule(number=NUMBERS, told=TOLD, trusted=st.booleans())
    def a_source_tells(self, number: int, told: dict[str, Any], trusted: bool) -> None:
        """An import changes nothing that is locked, and no lock."""
        origin, held = self.origins[number], self._locked()
        listing = Listing.objects.get(origin=origin)
        entry = make_entry(
            event=replace(normalized(), external_id=origin.slug, **told), event_id=listing.event_id
        )
        judge = publish_all if trusted else doubt_all
        events.record_events([entry], origin=origin, judge=judge, now=self._later())
        assert self._locked() == held
        asked = set(Proposal.objects.filter(decided_at=None).values_list("event_id", flat=True))
        for event_id in asked:
            self._file(ReviewKind.CHANGE, event_id)
        services.withdraw(ReviewKind.CHANGE, {*self.ids} - asked, now=self.at)
        self.last = None

    # --- what moderators do ---

    @rule(who=WHO, number=NUMBERS, values=VALUES)
    def edit(self, who: int, number: int, values: dict[str, Any]) -> None:
        self._act(lambda: events.edit(self.ids[number], values, by=self.people[who], now=self.at))

    @rule(who=WHO, number=NUMBERS)
    def unlock(self, who: int, number: int) -> None:
        locked = Event.objects.get(pk=self.ids[number]).locked_fields[:1]
        self._act(lambda: events.edit(self.ids[number], {}, unlock=locked, by=self.people[who], now=self.at))

    @rule(who=WHO, values=VALUES)
    def approve_with_an_edit(self, who: int, values: dict[str, Any]) -> None:
        review = Review.objects.filter(kind=ReviewKind.EVENT, state=ReviewState.OPEN).first()
        if review:
            edit = Edit(values=values)
            self._act(
                lambda: services.decide(
                    review.pk, Verdict.APPROVE, by=self.people[who], edit=edit, now=self.at
                )
            )

    @rule(who=WHO, accept=st.booleans(), whole=st.booleans())
    def answer_what_is_proposed(self, who: int, accept: bool, whole: bool) -> None:
        review = Review.objects.filter(kind=ReviewKind.CHANGE, state=ReviewState.OPEN).first()
        verdict = Verdict.ACCEPT_CHANGE if accept else Verdict.DECLINE_CHANGE
        if review:
            fields = None if whole else ["title"]
            self._act(
                lambda: services.decide(review.pk, verdict, by=self.people[who], fields=fields, now=self.at)
            )

    @rule(who=WHO, one=NUMBERS, other=NUMBERS)
    def merge(self, who: int, one: int, other: int) -> None:
        review = self._file(ReviewKind.MATCH, self.ids[other])
        if one == other or Event.objects.get(pk=self.ids[other]).merged_into_id:
            Review.objects.filter(pk=review.pk).delete()
            return
        by, survivor = self.people[who], self.ids[one]
        self._act(lambda: services.decide(review.pk, Verdict.MERGE, by=by, other=survivor, now=self.at))

    @rule(who=WHO, number=NUMBERS)
    def unmerge(self, who: int, number: int) -> None:
        self._act(lambda: events.unmerge(self.ids[number], by=self.people[who], now=self.at))
        self.last = None

    @precondition(lambda self: Decision.objects.exists())
    @rule(who=WHO, back=st.integers(0, 3))
    def undo(self, who: int, back: int) -> None:
        """Undone at once, all is as it was; later, the values and locks of the decision itself are."""
        decisions = list(
            Decision.objects.filter(undone=None).exclude(verdict="undo").order_by("-at", "-pk")[: back + 1]
        )
        if not decisions:
            return
        decision, self.at = decisions[-1], self._later()
        try:
            with transaction.atomic():
                services.undo(decision.pk, by=self.people[who], now=self.at)
        except (ModerationError, EventError):
            return
        if self.last is not None and decision.pk == self.last.pk:
            assert self._state() == self.before
        note = decision.undo.get("edit") or {"locks": {}}
        event = Event.objects.get(pk=decision.object_id)
        assert {name: name in event.locked_fields for name in note["locks"]} == {
            name: one["locked"] for name, one in note["locks"].items()
        }
        self.last = None

    # --- what must hold ---

    @invariant()
    def every_lock_names_its_author_and_time(self) -> None:
        for event in Event.objects.filter(pk__in=self.ids):
            for name in event.locked_fields:
                given = event.provenance[name]
                assert (given["origin"], bool(given["at"]), bool(given["by"])) == ("person", True, True)

    @invariant()
    def nothing_is_orphaned(self) -> None:
        merged = Event.objects.filter(publication="merged")
        assert not Listing.objects.filter(event__in=merged).exists()
        assert not merged.filter(merged_into__publication="merged").exists()
        assert not Event.objects.exclude(publication="merged").filter(listings=None).exists()
        assert not Review.objects.filter(state=ReviewState.OPEN, object_id__in=merged.values("pk")).exists()
        waiting = Review.objects.filter(state=ReviewState.OPEN, kind=ReviewKind.CHANGE).values_list(
            "object_id", flat=True
        )
        assert set(waiting) <= set(
            Proposal.objects.filter(decided_at=None).values_list("event_id", flat=True)
        )

    @invariant()
    def the_log_tells_every_state(self) -> None:
        for event in Event.objects.filter(pk__in=self.ids):
            moves = (
                Entry.objects.filter(target=f"events.event:{event.pk}")
                .order_by("at", "id")
                .values_list("after", flat=True)
            )
            told = [after["publication"] for after in map(orjson.loads, moves) if after.get("publication")]
            first = "approved" if event.pk in self.ids[:2] else "pending"
            assert event.publication in ([first, *told][-1], "merged")
        verdicts = Decision.objects.filter(automatic=False).exclude(verdict="undo").count()
        assert Entry.objects.filter(action=Action.VERDICT).count() == verdicts

    def _later(self) -> Any:
        self.at += timedelta(minutes=1)
        return self.at

    def _act(self, act: Any) -> None:
        """One act; what is refused changes nothing."""
        self._later()
        before, known = self._state(), set(Decision.objects.values_list("pk", flat=True))
        try:
            with transaction.atomic():
                act()
        except (ModerationError, EventError):
            assert self._state() == before
            return
        made = Decision.objects.exclude(pk__in=known).order_by("-at", "-pk").first()
        self.before, self.last = before, made

    def _state(self) -> dict[Any, Any]:
        return {
            event.pk: {
                field.attname: getattr(event, field.attname)
                for field in Event._meta.concrete_fields
                if field.attname not in OWN
            }
            for event in Event.objects.filter(pk__in=self.ids)
        }

    def _locked(self) -> dict[Any, Any]:
        return {
            event.pk: {
                name: [getattr(event, column) for column in LOCKS[name]] for name in event.locked_fields
            }
            for event in Event.objects.filter(pk__in=self.ids)
        }

    def _file(self, kind: ReviewKind, event_id: Any) -> Review:
        title = Event.objects.get(pk=event_id).title
        services.file_reviews([services.Filing(kind=kind, object_id=event_id, title=title, evidence={})])
        return Review.objects.get(kind=kind, object_id=event_id, state=ReviewState.OPEN)


def test_any_order_of_imports_edits_merges_and_undos_keeps_what_must_hold():
    run_state_machine_as_test(Desk, settings=settings(max_examples=6, stateful_step_count=12))
