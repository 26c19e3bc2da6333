"""The effective facts of listings, in the database. Withheld values stay hidden until a moderator decides."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from events.effective_facts import MEMBERS, effective, effective_part, methods
from events.enums import Publication
from events.facts import Canonical, Contribution
from events.models import Listing, Origin
from events.services.plans import Plan, contribution_of, field_of
from pipeline.contract.fields import BACKGROUND, BACKGROUND_GROUPS, UNIONS


def methods_of(
    contributions: Sequence[Contribution],
    chosen: Canonical,
    changes: Mapping[str, tuple[Any, Any]],
    values: Mapping[str, Any],
) -> dict[str, str]:
    """The methods of reading for the changed columns; for a new event, for all columns."""
    given: dict[str, list[str]] = defaultdict(list)
    for column in (changes or values).keys() - BACKGROUND:
        given[field_of(column)].append(column)
    return methods(
        contributions, chosen, given, {name: changes[name][0] for name in UNIONS if name in changes}
    )


def effective_contributions(listings: Iterable[Listing]) -> list[Contribution]:
    """The contributions of an event's stored listings, with their effective facts."""
    return effective(contribution_of(listing) for listing in listings)


def withheld_groups(plan: Plan, origin: Origin) -> frozenset[str]:
    """The groups of facts of `origin` that are withheld from a published event until a moderator decides.

    For a trusted source (`judgement.counts`) the doubtful groups, for others all groups that were not
    accepted now. A later update of another source must not publish them.
    """
    if plan.before_publication != Publication.APPROVED or (plan.judgement.counts and not plan.doubted):
        return frozenset()
    doubted = {field_of(column) for column in plan.doubted}
    if plan.judgement.counts:
        return frozenset(doubted & MEMBERS.keys())
    key = str(origin.key)
    let_through = {
        name
        for name in map(field_of, plan.changes)
        if plan.provenance.get(name, {"origin": key})["origin"] == key
    }
    return frozenset(MEMBERS.keys() - BACKGROUND_GROUPS - (let_through - doubted))


def accept_columns(
    event_id: UUID, origin_id: UUID | None, columns: Iterable[str]
) -> dict[str, dict[str, Any]]:
    """Make the origin's facts for these columns effective, after a moderator accepted them.

    Returns {listing: {fact: what was effective, or [] for nothing}}, as JSON for `withhold_again`.
    """
    groups = set(map(field_of, columns))
    still_withheld = MEMBERS.keys() - BACKGROUND_GROUPS - groups
    listings = list(
        Listing.objects.filter(
            event=event_id, origin=origin_id, accepted__isnull=False, mismatched_since__isnull=True
        )
    )
    names = [name for group in sorted(groups & MEMBERS.keys()) for name in MEMBERS[group]]
    former = {}
    for listing in listings:
        held = listing.accepted or {}
        former[str(listing.pk)] = {name: [held[name]] if name in held else [] for name in names}
        listing.accepted = effective_part(listing.facts, listing.accepted, still_withheld)
    Listing.objects.bulk_update(listings, ["accepted"])
    return former


def withhold_again(former: Mapping[str, Mapping[str, Sequence[Any]]]) -> None:
    """Undo `accept_columns`: of these facts what was effective before is effective again."""
    listings = list(Listing.objects.filter(pk__in=former, mismatched_since__isnull=True))
    for listing in listings:
        counted = dict(listing.facts if listing.accepted is None else listing.accepted)
        for name, held in former[str(listing.pk)].items():
            counted.pop(name, None)
            counted |= {name: held[0]} if held else {}
        listing.accepted = counted if counted != listing.facts else None
    Listing.objects.bulk_update(listings, ["accepted"])
