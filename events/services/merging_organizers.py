"""Makes one organizer of two rows, and parts them again.

The row that goes keeps its name and its address, which lead to the one that stays: sources that go on to name it tell of events of the other. Its
members belong to the team of the one that stays (`events.queries.teams`). Events move; what other apps keep of it follows by signals.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts.actions import Action, record_action, target_of
from accounts.rights import Actor, RightMissing, may, person_of
from events import signals
from events.enums import TeamKind, Verification
from events.exceptions import TeamRefused
from events.models import Event, Organizer, OrganizerMerge
from events.queries.teams import role_in
from events.records import Team
from events.services.placing import rewrite
from places.enums import TeamRole
from places.queries.reach import OVERSEE

CHANGE_ORGANIZER: Final = "events.change_organizer"
#: What the one that stays takes where it has nothing itself.
_LENT: Final = ("type", "url", "contact")
#: From the least to the most.
_PROVEN: Final = (Verification.UNVERIFIED, Verification.VERIFIED, Verification.OFFICIAL)


def may_merge(by: Actor, *organizer_ids: UUID) -> bool:
    """Whether the actor may make one of these: staff who change organizers everywhere, and whoever owns all of them."""
    if may(by, CHANGE_ORGANIZER, OVERSEE):
        return True
    teams = [Team(kind=TeamKind.ORGANIZER, id=pk) for pk in organizer_ids]
    return all(role_in(by, team) is TeamRole.OWNER for team in teams)


def merge_organizers(
    survivor_id: UUID, child_id: UUID, *, by: Actor, note: str = "", now: datetime | None = None
) -> Organizer:
    """Make one of two organizers, and return the one that stays. In one transaction:

    1. both rows are locked in the order of their ids. Refused are a merge into itself, of a merged one, and of one that proved more than the one
       that stays: the team of that would speak for it without a proof;
    2. the child's events become those of the survivor, with a Change for each that readers see;
    3. what the survivor lacks it takes from the child; what was merged into the child is merged into the survivor;
    4. other apps follow by `signals.organizers_merged` (sources, drafts, follows, claims);
    5. an OrganizerMerge keeps what `part_organizers` needs.

    Raises RightMissing, TeamRefused, Organizer.DoesNotExist.
    """
    moment = now or clock()
    with transaction.atomic():
        survivor, child = _locked(survivor_id, child_id, by=by)
        _refuse_senseless(survivor, child)
        events = list(Event.objects.filter(organizer=child).order_by("pk").values_list("pk", flat=True))
        lent = [name for name in _LENT if not getattr(survivor, name) and getattr(child, name)]
        for name in lent:
            setattr(survivor, name, getattr(child, name))
        survivor.save(update_fields=lent)
        children = Organizer.objects.filter(merged_into=child)
        undo: dict[str, Any] = {
            "lent": lent,
            "children": [str(pk) for pk in children.values_list("pk", flat=True)],
            "events": [str(pk) for pk in events],
        }
        children.update(merged_into=survivor)
        child.merged_into = survivor
        child.save(update_fields=["merged_into"])
        _give(events, survivor.pk, now=moment)
        answers = signals.organizers_merged.send(
            sender=Organizer, survivor_id=survivor_id, child_id=child_id, now=moment
        )
        undo["followers"] = {_name_of(receiver): answer for receiver, answer in answers if answer}
        OrganizerMerge.objects.create(
            survivor=survivor, child=child, by=person_of(by), at=moment, note=note[:500], undo=undo
        )
        after = {"merged_into": str(survivor_id), "events": len(events)}
        record_action(by, Action.ORGANIZERS_MERGED, target=target_of(child), after=after)
    return survivor


def part_organizers(child_id: UUID, *, by: Actor, now: datetime | None = None) -> Organizer:
    """Undo the merge of an organizer: it has again what it had, so far as that is the survivor's still.

    Raises RightMissing, TeamRefused where it is not merged, Organizer.DoesNotExist.
    """
    moment = now or clock()
    with transaction.atomic():
        held = Organizer.objects.values_list("merged_into", flat=True).filter(pk=child_id).first()
        survivor, child = _locked(held or child_id, child_id, by=by)
        merge = (
            OrganizerMerge.objects.select_for_update()
            .filter(child=child, undone_at=None)
            .order_by("-at")
            .first()
        )
        if child.merged_into_id != survivor.pk or merge is None:
            raise TeamRefused(gettext("This organizer is not merged."))
        undo = merge.undo
        for name in undo["lent"]:
            if getattr(survivor, name) == getattr(child, name):
                setattr(survivor, name, "")
        survivor.save(update_fields=undo["lent"])
        Organizer.objects.filter(pk__in=undo["children"], merged_into=survivor).update(merged_into=child)
        child.merged_into = None
        child.save(update_fields=["merged_into"])
        back = Event.objects.filter(pk__in=undo["events"], organizer=survivor).order_by("pk")
        _give(list(back.values_list("pk", flat=True)), child.pk, now=moment)
        signals.organizers_parted.send(
            sender=Organizer, survivor_id=survivor.pk, child_id=child_id, undo=undo["followers"], now=moment
        )
        merge.undone_at = moment
        merge.save(update_fields=["undone_at"])
        record_action(
            by, Action.ORGANIZERS_PARTED, target=target_of(child), before={"merged_into": str(survivor.pk)}
        )
    return child


def kept_of(undo: Mapping[str, Any], receiver: Any) -> list[UUID]:
    """What a receiver of `organizers_merged` answered: the ids of the rows that it moved."""
    return [UUID(pk) for pk in undo.get(_name_of(receiver), [])]


def _name_of(receiver: Any) -> str:
    return f"{receiver.__module__}.{receiver.__qualname__}"


def _locked(survivor_id: UUID, child_id: UUID, *, by: Actor) -> tuple[Organizer, Organizer]:
    """Both, locked in the order of their ids; only then it is asked who wants it."""
    rows = Organizer.objects.select_for_update(of=("self",)).filter(pk__in=[survivor_id, child_id])
    found = {row.pk: row for row in rows.order_by("pk")}
    if not may_merge(by, survivor_id, child_id):
        raise RightMissing(gettext("Only who owns both teams, or a moderator, makes one of two organizers."))
    for pk in (survivor_id, child_id):
        if pk not in found:
            raise Organizer.DoesNotExist(f"There is no organizer {pk}.")
    return found[survivor_id], found[child_id]


def _refuse_senseless(survivor: Organizer, child: Organizer) -> None:
    if survivor.pk == child.pk:
        raise TeamRefused(gettext("These two are the same already."))
    if survivor.merged_into_id or child.merged_into_id:
        raise TeamRefused(gettext("One of the two is merged already. Take the one that stayed."))
    if _PROVEN.index(Verification(child.verification)) > _PROVEN.index(Verification(survivor.verification)):
        raise TeamRefused(
            gettext("“%(name)s” has proved more. Let that one stay, or prove who the other is first.")
            % {"name": child.name}
        )


def _give(event_ids: Sequence[UUID], organizer_id: UUID, *, now: datetime) -> None:
    """Let events be those of an organizer, and announce those that readers see."""
    events = Event.objects.filter(pk__in=event_ids)
    rewrite(
        events,
        lambda event: {"organizer_id": organizer_id},
        now=now,
        columns=["organizer_id"],
        locked_too=True,
    )
