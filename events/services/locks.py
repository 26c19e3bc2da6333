"""Locks: fields that a person set and sources do not change, who set them and when.

The names stand in `Event.locked_fields`, author and time in `Event.provenance`, so that a merge moves them together
with the values. Nothing here is saved.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from accounts.actions import reference_of
from accounts.rights import Actor
from events import facts as event_facts
from events.models import Event, Listing
from events.services import linked
from events.services.effective_facts import effective_contributions
from events.services.plans import PERSON, plain
from pipeline.contract.fields import LOCKS

#: Marks, in the provenance of a locked field, that a team gave its value, not a moderator.
TEAM: Final = "team"


def closed_to_teams(event: Event, fields: Iterable[str]) -> list[str]:
    """Those of the fields that a moderator has locked, in order."""
    given = event.provenance
    return sorted(
        name for name in {*fields} & {*event.locked_fields} if not given.get(name, {}).get(TEAM, False)
    )


def lock_fields(
    event: Event, fields: Iterable[str], *, by: Actor, now: datetime, for_team: bool = False
) -> None:
    """Close fields to sources, with the person as who gave their values.

    `for_team`: a member of the event's team gave them, and every member may change them. What a moderator gave is closed
    to teams too.
    """
    given: dict[str, Any] = {
        "origin": PERSON,
        "at": now.isoformat(),
        "confidence": 1.0,
        "by": reference_of(by),
    }
    if for_team:
        given[TEAM] = True
    names = sorted(set(fields))
    event.locked_fields = sorted({*event.locked_fields, *names})
    event.provenance = {**event.provenance, **{name: dict(given) for name in names}}


def unlock_fields(event: Event, fields: Iterable[str]) -> dict[str, Any]:
    """Open fields to sources again. Returns the values that stand then, as {column: value}."""
    names = [name for name in fields if name in event.locked_fields]
    values, provenance = standing(event, names)
    kept = {name: given for name, given in event.provenance.items() if name not in names}
    event.locked_fields = [name for name in event.locked_fields if name not in names]
    event.provenance = {**kept, **provenance}
    return values


def standing(event: Event, fields: Iterable[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the event's sources say of these fields: {column: value}, and {field: provenance}.

    Values that a moderator has not accepted do not count. Both are empty for an event without a listing, whose
    values stay.
    """
    words = effective_contributions(Listing.objects.filter(event=event).select_related("origin"))
    names = list(fields)
    if not words or not names:
        return {}, {}
    chosen = event_facts.canonical(words)
    told = {**event_facts.columns(chosen.facts), **linked.known(words).columns(chosen)}
    values = {column: told[column] for name in names for column in LOCKS.get(name, ()) if column in told}
    return values, {name: chosen.provenance[name] for name in names if name in chosen.provenance}


def lock_state(event: Event, fields: Iterable[str]) -> dict[str, Any]:
    """{field: {"locked": bool, "given": its provenance or None}}, as JSON."""
    return {
        name: {"locked": name in event.locked_fields, "given": event.provenance.get(name)}
        for name in sorted(set(fields))
    }


def restore_locks(event: Event, state: Mapping[str, Mapping[str, Any]]) -> None:
    """Set locks and provenance as `lock_state` noted them."""
    given = {name: one["given"] for name, one in state.items()}
    event.provenance = {name: one for name, one in {**event.provenance, **given}.items() if one is not None}
    locked = {name for name, one in state.items() if one["locked"]}
    event.locked_fields = sorted({*event.locked_fields} - state.keys() | locked)


def state_of(event: Event, columns: Iterable[str]) -> dict[str, Any]:
    """{column: value}, as JSON."""
    return {name: plain(getattr(event, name)) for name in columns}
