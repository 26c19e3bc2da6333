"""Service functions refuse an actor without the right, whatever the caller, and before they read anything."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from accounts.privacy.erasing import ask_for_erasure
from accounts.privacy.exporting import ask_for_export
from accounts.rights import Actor, RightMissing
from events import services as events
from events.enums import Happening, Publication, TeamKind, Verification
from events.records import Team
from events.services import teams
from moderation import services as moderation
from moderation.enums import Verdict
from moderation.exceptions import ModerationError
from moderation.services import conversations, opting_out
from moderation.services.moderating import EventAction, Wish, moderate_many
from moderation.services.sampling import record_reading
from places import services as places
from places.enums import TeamRole
from places.models import Place
from registrations import services as registrations
from registrations.enums import MessageAudience
from registrations.records import Letter
from sources.models import Credential
from sources.setup.shared_keys import give_key
from tests.factories import NOW, make_person

pytestmark = pytest.mark.django_db
ONE, TWO = UUID(int=1), UUID(int=2)
LETTER = Letter(audience=MessageAudience.ALL, subject="x", text="x")

#: Verb, the right that it asks for, and a call of it that names nothing that exists.
DOORS: list[tuple[str, str, Callable[[Actor], Any]]] = [
    ("publish", "events.publish_event", lambda by: events.change_status(ONE, Publication.APPROVED, by=by)),
    ("publish many", "events.publish_event", lambda by: events.change_statuses([ONE], Publication.REMOVED, by=by)),
    ("cancel an event", "events.change_event", lambda by: events.change_happening(ONE, Happening.CANCELLED, by=by)),
    ("edit", "events.change_event", lambda by: events.edit(ONE, {"title": "x"}, by=by)),
    ("accept a proposal", "events.change_event", lambda by: events.decide_proposal(ONE, accept=True, by=by)),
    ("answer proposals", "events.change_event", lambda by: events.decide_proposals(ONE, accept=True, by=by)),
    ("undo an edit", "events.change_event", lambda by: events.undo_edit(ONE, {}, by=by)),
    ("undo answers", "events.change_event", lambda by: events.undo_answers(ONE, [], by=by)),
    ("spread a correction", "events.change_event", lambda by: events.spread(ONE, by=by, now=NOW)),
    ("take a correction back", "events.change_event", lambda by: events.take_back(ONE, by=by, now=NOW)),
    ("verify an event", "events.change_event", lambda by: events.verify_event(ONE, Verification.OFFICIAL, evidence="https://a.example/", by=by)),
    ("verify an organizer", "events.change_organizer", lambda by: events.verify_organizer(ONE, Verification.OFFICIAL, evidence="https://a.example/", by=by)),
    ("merge", "events.merge_event", lambda by: events.merge(ONE, TWO, by=by)),
    ("un-merge", "events.merge_event", lambda by: events.unmerge(ONE, by=by)),
    ("take out", "events.merge_event", lambda by: events.take_out(ONE, by=by)),
    ("keep a listing", "events.merge_event", lambda by: events.keep_listing(ONE, by=by)),
    ("tell apart", "events.merge_event", lambda by: events.mark_different(ONE, TWO, by=by)),
    ("merge places", "places.merge_place", lambda by: places.merge_places(ONE, TWO, by=by)),
    ("un-merge places", "places.merge_place", lambda by: places.unmerge_places(ONE, by=by)),
    ("tell places apart", "places.merge_place", lambda by: places.mark_places_different(ONE, TWO, by=by)),
    ("correct a place", "places.change_place", lambda by: places.correct_place(ONE, {"phone": "1"}, by=by)),
    ("learn words", "places.change_place", lambda by: places.learn_words(Place(pk=ONE), [("A", "", None)], by=by)),
    ("forget words", "places.change_place", lambda by: places.forget_words(Place(pk=ONE), by=by)),
    ("unlearn words", "places.change_place", lambda by: places.unlearn_words([], by=by)),
    ("take a place's correction back", "places.change_place", lambda by: places.uncorrect_place(ONE, {}, by=by, now=NOW)),
    ("answer a submitter", "moderation.change_review", lambda by: conversations.reply(ONE, "Hello", by=by)),
    ("decide an opt-out", "moderation.change_review", lambda by: opting_out.decide(ONE, accept=True, by=by)),
    ("undo an opt-out", "moderation.change_review", lambda by: opting_out.undo(ONE, by=by)),
    ("claim", "moderation.change_review", lambda by: moderation.claim(ONE, by=by)),
    ("take over", "moderation.change_review", lambda by: moderation.take_over(ONE, by=by)),
    ("keep a claim", "moderation.change_review", lambda by: moderation.keep(ONE, by=by)),
    ("release", "moderation.change_review", lambda by: moderation.release(ONE, by=by)),
    ("decide", "moderation.change_review", lambda by: moderation.decide(ONE, Verdict.APPROVE, by=by)),
    ("decide many", "moderation.change_review", lambda by: moderation.decide_many([(ONE, 1)], Verdict.APPROVE, by=by)),
    ("decide many in the background", "moderation.change_review", lambda by: moderation.start_bulk({ONE: 1}, Verdict.APPROVE, by=by)),
    ("undo many", "moderation.change_review", lambda by: moderation.undo_bulk(ONE, by=by)),
    ("save a filter", "moderation.change_review", lambda by: moderation.save_filter("a", "", by=by)),
    ("forget a filter", "moderation.change_review", lambda by: moderation.forget_filter(ONE, by=by)),
    ("read a sample", "moderation.change_review", lambda by: record_reading(ONE, sample="a", wrong=True, by=by, now=NOW)),
    ("export a person", "accounts.export_user", lambda by: ask_for_export(make_person(email="b@example.org"), by=by)),
    ("erase a person", "accounts.erase_user", lambda by: ask_for_erasure(make_person(email="b@example.org"), by=by)),
    ("share a key", "sources.change_source", lambda by: give_key(Credential(pk=ONE, connector="seatgeek"), by=by, now=NOW)),
    ("undo", "moderation.change_review", lambda by: moderation.undo(ONE, by=by)),
    ("act on an event", "moderation.change_review", lambda by: moderate_many([Wish(action=EventAction.APPROVE, event=ONE, version=1)], by=by)),
    ("merge several", "events.merge_event", lambda by: events.merge_several(ONE, {TWO: events.Why()}, by=by)),
    ("take back that two differ", "events.merge_event", lambda by: events.take_back_different(ONE, TWO, by=by, before=None)),
]  # fmt: skip


def lacking(call: Callable[[Actor], Any], *rights: str) -> str:
    """The right that a person with `rights` lacks by the error; '' where the call was permitted.

    Its effect is rolled back.
    """
    with transaction.atomic():
        try:
            call(make_person(email="a@example.org", rights=rights))
        except RightMissing as refused:
            return refused.permission
        except (ObjectDoesNotExist, ModerationError):
            return ""  # that there is no such thing is told to those who may ask
        finally:
            transaction.set_rollback(True)
    return ""


@pytest.mark.parametrize(
    ("right", "call"), [pytest.param(right, call, id=name) for name, right, call in DOORS]
)
def test_a_verb_refuses_whoever_may_only_look(right: str, call: Callable[[Actor], Any]):
    app, _, name = right.partition(".")
    assert lacking(call, f"{app}.view_{name.rpartition('_')[2]}") == right


@pytest.mark.parametrize(
    ("right", "call"), [pytest.param(right, call, id=name) for name, right, call in DOORS]
)
def test_a_verb_does_not_ask_for_a_right_that_is_there(right: str, call: Callable[[Actor], Any]):
    assert lacking(call, right) != right


@pytest.mark.parametrize(
    "verdict", [Verdict.ACCEPT_RUN, Verdict.DISCARD_RUN, Verdict.RUN_AGAIN, Verdict.PAUSE_SOURCE]
)
def test_a_verdict_on_a_run_asks_for_the_right_to_accept_runs(verdict: Verdict):
    with pytest.raises(RightMissing, match=r"sources\.accept_fetchrun"):
        moderation.decide(
            ONE, verdict, by=make_person(email="a@example.org", rights=("moderation.change_review",))
        )


TEAM = Team(kind=TeamKind.ORGANIZER, id=ONE)
#: What a membership opens, and no right of a moderator does.
OF_TEAMS: dict[str, Callable[[Actor], Any]] = {
    "edit": lambda by: events.edit_own(ONE, {"title": "x"}, by=by),
    "withdraw": lambda by: events.withdraw_own(ONE, by=by),
    "lock": lambda by: events.lock_own(ONE, ["title"], by=by),
    "add a picture": lambda by: events.add_picture(ONE, b"", alt="x", by=by),
    "show a picture first": lambda by: events.show_picture_first(ONE, ONE, by=by),
    "remove a picture": lambda by: events.remove_picture(ONE, ONE, by=by),
    "invite": lambda by: teams.invite(TEAM, "b@example.org", TeamRole.OWNER, by=by),
    "withdraw an invitation": lambda by: teams.withdraw(TEAM, ONE, by=by),
    "change a role": lambda by: teams.change_role(TEAM, ONE, TeamRole.OWNER, by=by),
    "write to those who come": lambda by: registrations.write_message(ONE, LETTER, by=by),
    "merge organizers": lambda by: events.merge_organizers(ONE, ONE, by=by),
    "part organizers": lambda by: events.part_organizers(ONE, by=by),
    "remove a member": lambda by: teams.remove(TEAM, ONE, by=by),
}


@pytest.mark.parametrize("call", OF_TEAMS.values(), ids=OF_TEAMS)
def test_a_verb_of_a_team_refuses_whoever_is_no_member(call: Callable[[Actor], Any]):
    with pytest.raises(RightMissing):
        call(make_person(email="a@example.org", rights=("events.change_event", "events.publish_event")))
