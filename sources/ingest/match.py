"""Find the event of each record of a batch: its existing event, a matching one, or a new one."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from uuid_utils.compat import uuid7

from events.models import Listing, Origin
from events.records import Entry, Likeness, Located, MatchQuestion
from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.lookups import Identity
from pipeline.matching.batch import MatchDecision, match, misfits
from sources.ingest.lookups import DatabaseLookups
from sources.ingest.staged import Identified
from sources.ingest.stored import words_of
from sources.queries import of_facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Refined:
    """A refined record."""

    item: Identified
    draft: Draft


@dataclass(kw_only=True, slots=True)
class _Matches:
    """Matches by the index of a record in its batch.

    Its event, the event that it was joined to, and the events that a moderator is asked about.
    """

    targets: dict[int, UUID] = field(default_factory=dict)
    merged: dict[int, Likeness] = field(default_factory=dict)
    similar: dict[int, list[Likeness]] = field(default_factory=lambda: defaultdict(list))


def existing_events(
    identities: Collection[Identity], origin: Origin, moved: Mapping[Identity, UUID]
) -> dict[Identity, UUID]:
    """The events that these identities are linked to, `moved` ones by their new identity (one query).

    Listings are read, not staged rows, since only a listing follows a merge to the surviving event.
    """
    wanted = set(identities)
    rows = Listing.objects.filter(origin=origin, external_id__in={identity[0] for identity in wanted})
    fed = {
        (external_id, recurrence_id): event_id
        for external_id, recurrence_id, event_id in rows.values_list(
            "external_id", "recurrence_id", "event_id"
        )
    }
    return {
        identity: event_id
        for identity in wanted
        if (event_id := fed.get(identity) or moved.get(identity)) is not None
    }


def entries_of(
    batch: Sequence[Refined],
    existing: Mapping[Identity, UUID],
    context: SourceContext,
    lookups: DatabaseLookups,
) -> list[Entry]:
    """Each record with its event.

    Records without an existing event are matched with the events around them and with the rest of the batch.
    """
    matches = _Matches(
        targets={
            index: existing[one.item.identity]
            for index, one in enumerate(batch)
            if one.item.identity in existing
        }
    )
    new = [index for index in range(len(batch)) if index not in matches.targets]
    matches.targets.update((index, uuid7()) for index in new)
    for decision in match([batch[index].draft for index in new], context, lookups):
        _follow(decision, new, matches)
    return [_entry(index, one, matches) for index, one in enumerate(batch)]


def mismatches(asked: Sequence[MatchQuestion], context: SourceContext) -> list[Likeness | None]:
    """For each entry, how unlike its event it has become; None where it still fits.

    Only entries that changed and are joined to an event of other listings are compared.
    """
    facts = [
        (
            question.entry.event,
            [of_facts(f"listing {place}", key, facts) for place, (key, facts) in enumerate(question.others)],
        )
        for question in asked
    ]
    return [
        None
        if misfit is None
        else Likeness(
            event_id=question.entry.event_id,
            similarity=misfit.score,
            match_fields=misfit.match_fields,
            reasons=misfit.reasons,
        )
        for question, misfit in zip(asked, misfits(facts, context), strict=True)
    ]


def _follow(decision: MatchDecision, new: Sequence[int], matches: _Matches) -> None:
    """Join a new record where the matcher is sure, or ask a moderator."""
    index = new[decision.draft_index]
    other = (
        matches.targets[new[decision.other]] if isinstance(decision.other, int) else UUID(str(decision.other))
    )
    like = Likeness(
        event_id=other,
        similarity=decision.score,
        match_fields=decision.match_fields,
        reasons=decision.reasons,
    )
    if decision.outcome == "merge":
        matches.targets[index], matches.merged[index] = other, like
    elif decision.outcome == "ask":
        matches.similar[index].append(like)


def _entry(index: int, one: Refined, matches: _Matches) -> Entry:
    draft = one.draft
    return Entry(
        event_id=matches.targets[index],
        external_id=one.item.identity[0],
        recurrence_id=one.item.identity[1],
        event=draft.event,
        located=Located(city=draft.city, area=draft.area, place_id=draft.place_id),
        merged=matches.merged.get(index),
        similar=tuple(matches.similar.get(index, ())),
        words=words_of(draft.raw),
        as_json=draft.event.to_json(),
    )
