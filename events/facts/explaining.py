"""Says in words why a field's value comes from one origin and not from another."""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from events.facts.choosing import Contribution, rank, weight
from pipeline.contract.fields import GROUPS


def reasons(contributions: Sequence[Contribution]) -> dict[str, tuple[Contribution, str]]:
    """For each group of facts the contribution that `canonical` chooses, and why its word counts.

    A group is named by its first fact. One of which no contribution says anything is left out.
    """
    ranked = sorted(contributions, key=rank)
    found = {}
    for group in GROUPS:
        # a stable sort, like max in `canonical`: of equals the first in rank stays first
        by_weight = sorted(ranked, key=partial(weight, group=group), reverse=True)
        if by_weight and weight(by_weight[0], group=group)[0]:
            found[group[0]] = by_weight[0], _why(by_weight, group)
    return found


def _why(by_weight: Sequence[Contribution], group: tuple[str, ...]) -> str:
    for first, second in pairwise(by_weight[:2]):
        mine, other = weight(first, group=group), weight(second, group=group)
        if not other[0]:
            return "no other source says it"
        if mine[1] != other[1]:
            return "the other sources no longer list the event"
        if mine[2] != other[2]:
            return "it says more than the others"
        if mine[3] != other[3]:
            return f"its word is trusted more here ({mine[3]:.2f} against {other[3]:.2f})"
        if first.trust != second.trust:
            return f"the source is trusted more ({first.trust:.2f} against {second.trust:.2f})"
        if first.since and (not second.since or first.changed_at > second.changed_at):
            return "it changed last"
        return "the sources are equal, and it is the first by its number"
    return "no other source lists the event"
