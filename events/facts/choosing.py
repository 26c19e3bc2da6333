"""Chooses the fields of the canonical event from the contributions of its listings."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from events.records import Entry
from pipeline.contract.fields import GROUPS, UNIONS

Facts = Mapping[str, Any]
#: Of tags, performers and images, which are joined over all origins in the order of their weight.
MAX_UNION = 20
#: A description with as many characters says what the event is, one with fewer hardly more than the title.
MEANINGFUL_TEXT = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class Contribution:
    """One origin's facts about an event: `trust` 0 to 1, when they changed last, whether that was `since`
    their first sight, and whether the origin still lists it. Of an entry that no longer fits the others
    (`mismatched`) these are the facts and the time of when it last did, so that nothing changes before a person
    decides. Of one that was not believed in all it says `facts` has what counts, and `whole` all of it."""

    origin: str
    trust: float
    changed_at: datetime
    facts: Facts
    missing: bool = False
    mismatched: bool = False
    identity: str = ""
    since: bool = False
    whole: Facts | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Canonical:
    """The chosen facts, per group {"origin", "at", "confidence"}: who gave it, and per group the contribution
    itself."""

    facts: Facts
    provenance: Mapping[str, Any]
    winners: Mapping[str, Contribution]


def facts_of(entry: Entry) -> dict[str, Any]:
    """The facts that an entry tells."""
    located = entry.located
    facts = entry.event.to_json()
    return {
        **facts,
        "raw_title": entry.event.raw_title,
        "located": {"city": located.city, "area": located.area, "place_id": located.place_id},
        **({"words": dict(entry.words)} if entry.words else {}),
    }


def canonical(contributions: Sequence[Contribution]) -> Canonical:
    """The one event behind `contributions` (at least one), whatever their order. Per group of fields the word of
    an origin that says anything and still lists the event; among these who says most, then who is trusted
    most (trust times the field's own confidence), then who changed his word last. When each was first seen
    says nothing: the next to last resort is the origin's key."""
    ranked = sorted(contributions, key=_rank)
    facts: dict[str, Any] = dict(ranked[0].facts)
    provenance: dict[str, Any] = {}
    winners: dict[str, Contribution] = {}
    for group in GROUPS:
        # max keeps the first, so rank breaks ties
        chosen = max(ranked, key=partial(_weight, group=group)) if len(ranked) > 1 else ranked[0]
        for name in group:
            facts[name] = chosen.facts.get(name)
        winners[group[0]] = chosen
        provenance[group[0]] = {
            "origin": chosen.origin,
            "at": chosen.changed_at.isoformat(),
            "confidence": chosen.facts.get("confidence", {}).get(group[0]),
        }
    for name in UNIONS:
        facts[name] = _union(ranked, name)
    facts["flags"] = joined_flags(
        *(_flags(contribution, winners) for contribution in ranked if not contribution.mismatched)
    )
    return Canonical(facts=facts, provenance=provenance, winners=winners)


def joined_flags(*told: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What the checks found in any of the contributions, each check and reason once; the same for any order."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for flag in sorted(
        (flag for flags in told for flag in flags),
        key=lambda flag: json.dumps(flag, sort_keys=True, default=str),
    ):
        found.setdefault((flag["check"], flag["reason"]), flag)
    return [found[key] for key in sorted(found)]


def _flags(contribution: Contribution, winners: Mapping[str, Contribution]) -> list[Mapping[str, Any]]:
    """A check that has the name of a field speaks of that field's value: it counts where the value does."""
    return [
        flag
        for flag in contribution.facts.get("flags") or []
        if winners.get(flag["check"], contribution) is contribution
    ]


def _rank(contribution: Contribution) -> tuple[bool, float, float, str, str]:
    changed = contribution.changed_at.timestamp() if contribution.since else 0.0
    return (contribution.missing, -contribution.trust, -changed, contribution.origin, contribution.identity)


def _weight(contribution: Contribution, *, group: tuple[str, ...]) -> tuple[bool, bool, int, float]:
    says = _says(contribution.facts, group)
    confidence = (contribution.facts.get("confidence") or {}).get(group[0])
    return (
        says > 0,
        not contribution.missing,
        says,
        round(contribution.trust * (1.0 if confidence is None else confidence), 6),
    )


def _says(facts: Facts, group: tuple[str, ...]) -> int:
    """How much the facts say of a group: 0 nothing, 1 something, more where the better half is there too: an
    hour beside the day, and an end, coordinates beside the name, amounts beside the kind of price, sentences
    instead of a word."""
    value = facts.get(group[0])
    if group[0] == "start":
        known = bool(facts.get("time_known")) and not facts.get("all_day")
        return (1 + 2 * int(known) + int(facts.get("end") is not None)) * int(value is not None)
    if group[0] == "venue":
        venue = value or {}
        return int(bool(venue.get("name") or venue.get("address"))) + int(venue.get("lat") is not None)
    if group[0] == "price":
        price = value or {}
        return int(price.get("type", "unknown") != "unknown") + int(price.get("min") is not None)
    if group[0] == "description":
        return int(bool(value)) + int(len(value or "") >= MEANINGFUL_TEXT)
    if group[0] == "category":
        return int(value not in (None, "", "other"))
    return int(value not in (None, "", [], {}, "unknown"))


def _union(ranked: Sequence[Contribution], name: str) -> list[Any]:
    seen: dict[Any, Any] = {}
    for contribution in ranked:
        for item in contribution.facts.get(name) or []:
            seen.setdefault(item["url"] if isinstance(item, dict) else str(item).casefold(), item)
    items = list(seen.values())[:MAX_UNION]
    if name == "images" and items:
        primary = next((item["url"] for item in items if item.get("is_primary")), items[0]["url"])
        items = [{**item, "is_primary": item["url"] == primary} for item in items]
    return items
