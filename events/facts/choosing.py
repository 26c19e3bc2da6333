"""Chooses the fields of the canonical event from the contributions of its listings."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from events.records import Entry
from pipeline.contract.fields import GROUPS, UNIONS
from pipeline.contract.normalized import exact_point

Facts = Mapping[str, Any]
#: The most tags, performers and images; they are joined over all origins in the order of their weight.
MAX_UNION = 20
#: A description of at least so many characters is informative; a shorter one adds little to the title.
MEANINGFUL_TEXT = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class Contribution:
    """One origin's facts about an event.

    `trust` is 0 to 1. `changed_at` is when they last changed, `since` whether that was after their first
    sight. For a mismatched listing (`mismatched`) these are the facts and the time of when it last matched,
    so that nothing changes before a moderator decides. For a listing that was accepted only in part, `facts`
    has the effective facts, and `whole` all of them.
    """

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
    """The chosen facts.

    For each group {"origin", "at", "confidence"}, and the contribution itself.
    """

    facts: Facts
    provenance: Mapping[str, Any]
    winners: Mapping[str, Contribution]


def facts_of(entry: Entry) -> dict[str, Any]:
    """The facts of an entry."""
    located = entry.located
    facts = entry.event.to_json() if entry.as_json is None else entry.as_json
    return {
        **facts,
        "raw_title": entry.event.raw_title,
        "located": {"city": located.city, "area": located.area, "place_id": located.place_id},
        **({"words": dict(entry.words)} if entry.words else {}),
    }


def canonical(contributions: Sequence[Contribution]) -> Canonical:
    """The canonical event of `contributions` (at least one), whatever their order.

    Each group of fields comes from an origin that has a value and still lists the event: the one with the
    most detail, then the most trusted one (trust times the field's own confidence), then the one that changed
    last. The last resort is the origin's key; the time of the first sight does not count.
    """
    ranked = sorted(contributions, key=rank)
    facts: dict[str, Any] = dict(ranked[0].facts)
    provenance: dict[str, Any] = {}
    winners: dict[str, Contribution] = {}
    moments = {id(one): one.changed_at.isoformat() for one in ranked}
    for group in GROUPS:
        # max returns the first of equals, so rank breaks ties
        chosen = max(ranked, key=partial(weight, group=group)) if len(ranked) > 1 else ranked[0]
        for name in group:
            facts[name] = chosen.facts.get(name)
        winners[group[0]] = chosen
        provenance[group[0]] = {
            "origin": chosen.origin,
            "at": moments[id(chosen)],
            "confidence": chosen.facts.get("confidence", {}).get(group[0]),
        }
    for name in UNIONS:
        facts[name] = _union(ranked, name)
    facts["flags"] = joined_flags(
        *(_flags(contribution, winners) for contribution in ranked if not contribution.mismatched)
    )
    return Canonical(facts=facts, provenance=provenance, winners=winners)


def joined_flags(*reported: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The findings of the checks in all contributions, each check and reason once, in a stable order."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for flag in sorted(
        (flag for flags in reported for flag in flags),
        key=lambda flag: json.dumps(flag, sort_keys=True, default=str),
    ):
        found.setdefault((flag["check"], flag["reason"]), flag)
    return [found[key] for key in sorted(found)]


def _flags(contribution: Contribution, winners: Mapping[str, Contribution]) -> list[Mapping[str, Any]]:
    """The flags of a contribution. A check named like a field counts only where the field's value is used."""
    return [
        flag
        for flag in contribution.facts.get("flags") or []
        if winners.get(flag["check"], contribution) is contribution
    ]


def rank(contribution: Contribution) -> tuple[bool, float, float, str, str]:
    """The order in which equal contributions are chosen, the first one first."""
    changed = contribution.changed_at.timestamp() if contribution.since else 0.0
    return (contribution.missing, -contribution.trust, -changed, contribution.origin, contribution.identity)


def weight(contribution: Contribution, *, group: tuple[str, ...]) -> tuple[bool, bool, int, float]:
    """How much a contribution's word on a group of facts counts; the largest is chosen.

    Whether it says anything, whether its origin still lists the event, how detailed it is, and how far it is
    trusted (trust times confidence).
    """
    says = _says(contribution.facts, group)
    confidence = (contribution.facts.get("confidence") or {}).get(group[0])
    return (
        says > 0,
        not contribution.missing,
        says,
        round(contribution.trust * (1.0 if confidence is None else confidence), 6),
    )


def _says(facts: Facts, group: tuple[str, ...]) -> int:
    """How detailed the facts of a group are: 0 nothing, 1 something, more with the details.

    Details are a time beside the day, and an end; coordinates beside the name; amounts beside the kind of
    price; sentences instead of a word.
    """
    value = facts.get(group[0])
    if group[0] == "start":
        known = bool(facts.get("time_known")) and not facts.get("all_day")
        return (1 + 2 * int(known) + int(facts.get("end") is not None)) * int(value is not None)
    if group[0] == "venue":
        venue = value or {}
        return int(bool(venue.get("name") or venue.get("address"))) + int(exact_point(venue)[0] is not None)
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
