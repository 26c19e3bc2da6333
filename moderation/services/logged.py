"""Writes verdicts to the log."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from accounts.actions import Action, Done, Word, digest, record_actions
from accounts.rights import PIPELINE, Actor
from moderation.models import Decision

#: Values of a decision's state that are our own words.
_WORDS: Final = frozenset({"publication", "other", "survivor"})


def log_verdicts(decisions: Sequence[Decision], *, by: Actor, action: Action = Action.VERDICT) -> None:
    """An entry for each decision of a person, with the first one's note (one query)."""
    done = (Done(_target(one), _state(one.before), _reported(one) | _state(one.after)) for one in decisions)
    record_actions(by, action, done, note=decisions[0].note if decisions else "")


def log_rule_verdicts(decisions: Iterable[Decision]) -> None:
    """An entry for each decision of the rules, which binds all its events by one hash (`events_hold`)."""
    done = (
        Done(f"sources.source:{one.object_id}", None, _reported(one) | digest(one.events))
        for one in decisions
    )
    record_actions(PIPELINE, Action.VERDICTS_BY_RULES, done)


def _target(decision: Decision) -> str:
    return (
        f"moderation.review:{decision.review_id}"
        if decision.review_id
        else f"events.event:{decision.object_id}"
    )


def _reported(decision: Decision) -> dict[str, Any]:
    reported = {"decision": decision.pk, "verdict": Word(decision.verdict), "object": decision.object_id}
    return reported | ({"reason": Word(decision.reason)} if decision.reason else {})


def _state(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: Word(str(value)) if name in _WORDS else value for name, value in values.items()}
