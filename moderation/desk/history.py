"""What happened to an event, newest first, and how moderators decided on its source, organizer and venue."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final
from uuid import UUID

import orjson
from django.db.models import Q, QuerySet

from accounts.actions import Action, target_of
from accounts.rights import Actor
from audit.models import Entry
from audit.queries import entries_on, names_of
from events.models import Event, Proposal
from moderation.desk.words import label, moment_words
from moderation.enums import Verdict
from moderation.models import Decision, Review
from moderation.queries import decisions_for, decisions_on
from outbox.models import Change

#: So many lines of each kind are read, and so many are shown.
_READ: Final = 10
MOST: Final = 14
#: So many decisions on a source, an organizer or a venue; of the newest events of the latter two.
LAST: Final = 3
_EVENTS: Final = 300
_ACTIONS: Final[Mapping[str, str]] = {
    Action.EVENT_CHANGED: "changed", Action.EVENTS_MERGED: "merged", Action.EVENTS_PARTED: "taken apart",
    Action.EVENTS_DIFFERENT: "kept apart from another event", Action.LISTING_TAKEN_OUT: "a source's entry taken out",
    Action.LISTING_KEPT: "a source's entry kept",
}  # fmt: skip
_CHANGES: Final[Mapping[str, str]] = {
    "event.published": "published", "event.changed": "changed", "event.cancelled": "cancelled",
    "event.removed": "taken from the site", "event.merged": "merged into another event",
}  # fmt: skip
#: Columns that follow from others.
_UNSAID: Final = frozenset({"locked_fields", "provenance", "slug", "version"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One thing that happened: when (in the event's zone, named), what, by whom ('' where by no person), and a note."""

    at: datetime
    when: str
    what: str
    who: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Nearby:
    """The last decisions on what an event has in common with others: `about` is `the source “Town calendar”`."""

    about: str
    lines: tuple[tuple[str, Line], ...]


def history_of(event: Event) -> list[Line]:
    """What happened to the event, newest first, in a bounded number of queries."""
    acts = [*_verdicts(event), *_actions(event), *_proposed(event)]
    # what readers saw at the moment of a person's act is that act
    acted = {line.at.replace(microsecond=0) for line in acts}
    changes = (line for line in _changes(event) if line.at.replace(microsecond=0) not in acted)
    return sorted(chain(acts, changes, _seen(event)), key=lambda line: line.at, reverse=True)[:MOST]


def nearby(event: Event | None, *, source: str, name: str, but: UUID, by: Actor) -> list[Nearby]:
    """The last three decisions on this source (a slug), this organizer and this venue that the actor may see.

    `but` is the object of the review at hand, whose own decisions stand in its history.
    """
    zone = event.timezone if event else ""
    asked: list[tuple[str, QuerySet[Decision]]] = []
    if source:
        asked.append(
            (f"the source “{name or source}”", Decision.objects.filter(review__in=_decided_of(source)))
        )
    if event is not None and event.organizer is not None:
        asked.append((f"the organizer “{event.organizer.name}”", _on_events(organizer=event.organizer_id)))
    if event is not None and event.place_id is not None:
        asked.append((f"the venue “{event.place_words}”", _on_events(place=event.place_id)))
    found = []
    for about, rows in asked:
        seen = decisions_for(
            by, rows.filter(by__isnull=False).exclude(object_id=but).exclude(verdict=Verdict.EDIT)
        )
        last = list(seen.select_related("by", "review").order_by("-at", "-pk")[:LAST])
        titles = _titles(last)
        lines = tuple((titles.get(one.object_id, ""), _decided(one, zone)) for one in last)
        found.append(Nearby(about=about, lines=lines))
    return found


def _decided_of(source: str) -> list[UUID]:
    """The newest reviews of a source that were decided."""
    rows = Review.objects.filter(~Q(state="open"), source=source)
    return list(rows.order_by("-decided_at").values_list("pk", flat=True)[: 4 * LAST])


def _on_events(**which: Any) -> QuerySet[Decision]:
    newest = Event.objects.filter(**which).order_by("-start_at").values("pk")[:_EVENTS]
    return Decision.objects.filter(object_id__in=list(newest.values_list("pk", flat=True)))


def _titles(decisions: Iterable[Decision]) -> dict[UUID, str]:
    """What the decisions were about: the title of the review, else of the event."""
    titles = {one.object_id: one.review.title for one in decisions if one.review}
    bare = [one.object_id for one in decisions if not one.review]
    return titles | dict(Event.objects.filter(pk__in=bare).values_list("pk", "title")) if bare else titles


def _decided(decision: Decision, zone: str) -> Line:
    reason = f" ({decision.get_reason_display()})" if decision.reason else ""
    return _line(
        decision.at,
        zone,
        f"{decision.get_verdict_display()}{reason}",
        who=str(decision.by or "a rule"),
        note=decision.note,
    )


def _verdicts(event: Event) -> Iterator[Line]:
    """The verdicts on the event; the log tells more of an edit."""
    for one in decisions_on(event.pk).exclude(verdict=Verdict.EDIT)[:_READ]:
        yield _decided(one, event.timezone)


def _actions(event: Event) -> Iterator[Line]:
    """What the log says, beside verdicts, which are told already."""
    entries = [one for one in entries_on(target_of(event), most=_READ) if one.action in _ACTIONS]
    names = names_of({one.actor for one in entries}) if entries else {}
    for one in entries:
        fields = _fields(one)
        yield _line(one.at, event.timezone, f"{_ACTIONS[one.action]}{fields}", who=_person(names[one.actor]))


def _fields(entry: Entry) -> str:
    """`: title, starts`: the columns of an entry about a change."""
    after = orjson.loads(entry.after or "{}")
    columns = (name for name in after if name not in _UNSAID) if entry.action == Action.EVENT_CHANGED else ()
    names = [label(name) for name in columns]
    return f": {', '.join(dict.fromkeys(names))}" if names else ""


def _person(name: str) -> str:
    return name.removeprefix("system:")


def _changes(event: Event) -> Iterator[Line]:
    """What readers saw change."""
    rows = Change.objects.filter(object_id=event.pk, type__in=_CHANGES).order_by("-at", "-pk")[:_READ]
    for row in rows.only("at", "type", "data"):
        names = dict.fromkeys(label(name) for name in row.data.get("changed") or () if name not in _UNSAID)
        yield _line(
            row.at,
            event.timezone,
            f"readers saw it {_CHANGES[row.type]}{': ' if names else ''}{', '.join(names)}",
        )


def _proposed(event: Event) -> Iterator[Line]:
    rows = Proposal.objects.filter(event=event, decided_at__isnull=False).select_related("origin")
    for row in rows.order_by("-decided_at")[:_READ]:
        names = ", ".join(dict.fromkeys(label(name) for name in row.fields))
        verdict = "accepted" if row.accepted else "declined"
        yield _line(
            row.decided_at or row.created_at,
            event.timezone,
            f"proposed values {verdict}: {names}",
            note=f"of {row.origin}" if row.origin else "",
        )


def _seen(event: Event) -> Iterator[Line]:
    yield _line(event.first_seen_at, event.timezone, "first seen")


def _line(at: datetime, zone: str, what: str, *, who: str = "", note: str = "") -> Line:
    return Line(
        at=at, when=moment_words(at, zone), what=what[:1].upper() + what[1:], who=who, note=note[:300]
    )
