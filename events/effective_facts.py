"""Which facts of a listing are effective.

Pure. `Listing.facts` keeps everything from a source. Of an untrusted source's facts about a published event
only the accepted part is effective (`Listing.accepted`), so that a later update of another source does not
publish the rest.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from events.facts import Canonical, Contribution, Facts
from pipeline.contract.enums import ExtractionMethod
from pipeline.contract.fields import GROUPS, UNIONS

#: Methods of reading, the surest first.
_UNSURE: Final = tuple(ExtractionMethod)

#: The facts of each group, by the name of the group.
MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {group[0]: group for group in GROUPS} | {
    name: (name,) for name in (*UNIONS, "flags")
}


def effective(contributions: Iterable[Contribution]) -> list[Contribution]:
    """The contributions with their effective facts.

    If these lack a title or a start, all facts are effective.
    """
    reported = list(contributions)
    if all(any(one.facts.get(name) for one in reported) for name in ("title", "start")):
        return reported
    return [one if one.whole is None else replace(one, facts=one.whole) for one in reported]


def effective_part(
    facts: Facts, effective_before: Facts | None, withheld: Collection[str]
) -> dict[str, Any] | None:
    """The effective part of `facts`; None where all of them are effective.

    `withheld` are the groups (by their first names) that were not accepted; of these, the values of
    `effective_before` stay effective, if any.
    """
    counted = dict(facts)
    for name in (name for group in withheld for name in MEMBERS[group]):
        if effective_before is not None and name in effective_before:
            counted[name] = effective_before[name]
        else:
            counted.pop(name, None)
    return counted if counted != facts else None


def methods(
    contributions: Sequence[Contribution],
    chosen: Canonical,
    given: Mapping[str, Collection[str]],
    before: Mapping[str, Collection[Any]],
) -> dict[str, str]:
    """{column: method of reading}, for the columns of each group of `given`.

    The method is that of the listing that gives the group. Where several give one (tags, performers, images),
    it is the least sure method of any that adds to `before`; a joined field is found by the group's name.
    """
    found: dict[str, str] = {}
    for name, columns in given.items():
        if name in UNIONS:
            had = {_key(item) for item in before.get(name, ())}
            givers = [
                one
                for one in contributions
                if any(_key(item) not in had for item in one.facts.get(name) or ())
            ]
        else:
            givers = [chosen.winners[name]] if name in chosen.winners else []
        ways = {
            str((one.facts.get("extraction") or {}).get("method", ExtractionMethod.STRUCTURED))
            for one in givers
        }
        if ways:
            found |= dict.fromkeys(columns, max(ways, key=_UNSURE.index))
    return found


def _key(item: Any) -> str:
    return str(item["url"]) if isinstance(item, dict) else str(item).casefold()
