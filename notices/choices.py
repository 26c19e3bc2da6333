"""What people chose by kind and channel, over what the table of kinds has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from notices.enums import Channel, Kind
from notices.kinds import TABLE, kinds_for
from notices.models import Notice, NoticeChoice
from personal.models import Preferences


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choices of some people, by account or hash of the address, kind and channel."""

    rows: Mapping[tuple[UUID | None, str, str, str], bool]

    def is_on(self, notice: Notice, channel: Channel, wants: Preferences | None) -> bool:
        """Whether a notice goes by that channel. `wants` are the person's preferences, None where there is no account."""
        said = self.rows.get((notice.user_id, notice.address_hash, notice.kind, channel.value))
        return at_first(Kind(notice.kind), channel, wants) if said is None else said


def at_first(kind: Kind, channel: Channel, wants: Preferences | None) -> bool:
    """Whether a kind goes by a channel where nothing was chosen."""
    default = TABLE[kind].on.get(channel, False)
    if default is not None:
        return default
    return bool(wants is not None and getattr(wants, channel.value))


def chosen_by(notices: Iterable[Notice]) -> Chosen:
    """What the people of these notices chose. One query."""
    rows = list(notices)
    users = {row.user_id for row in rows if row.user_id is not None}
    hashes = {row.address_hash for row in rows if row.address_hash}
    found = NoticeChoice.objects.filter(Q(user__in=users) | Q(address_hash__in=hashes))
    return Chosen({(each.user_id, each.address_hash, each.kind, each.channel): each.is_on for each in found})


def all_of(person: User, wants: Preferences) -> dict[tuple[Kind, Channel], bool]:
    """Whether each kind goes to a person by each channel that can be switched."""
    rows = NoticeChoice.objects.filter(user=person)
    said = {(Kind(row.kind), Channel(row.channel)): row.is_on for row in rows}
    return {
        (kind, channel): said.get((kind, channel), at_first(kind, channel, wants))
        for kind, facts in kinds_for(person).items()
        for channel in facts.on
    }
