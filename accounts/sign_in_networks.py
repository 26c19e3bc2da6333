"""From which networks staff signed in: a sign-in from one never seen is told (docs/decisions/0132).

No address is kept: a row has a keyed hash over the account and the network without its last part (24 bits of IPv4,
48 of IPv6), so that it says nothing but whether this account was there before.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.timezone import now

from accounts.addresses import address_of
from accounts.crypto import keyed_hash
from accounts.models import StaffNetwork, User
from accounts.networks import coarse
from accounts.signals import staff_network_new

#: A network that staff did not come from for so long is a new one again, as a browser is (accounts.devices).
KEPT: Final = timedelta(days=180)
#: The last sign-in is written at most once in this time.
_NOTED_EVERY: Final = timedelta(days=1)


def note_network(request: HttpRequest, person: User) -> None:
    """Note where staff sign in from, by two queries; a new network beside known ones is told after the commit.

    The first one of an account is what the others are compared with, and is told to nobody.
    """
    address = address_of(request)
    if not (person.is_staff and address):
        return
    moment, mark = now(), keyed_hash(f"staff network\0{person.pk}\0{coarse(address)}")
    with transaction.atomic():
        known = dict(StaffNetwork.objects.filter(user=person).values_list("network", "last_at"))
        if mark not in known:
            row = StaffNetwork(user=person, network=mark, first_at=moment, last_at=moment)
            StaffNetwork.objects.bulk_create([row], ignore_conflicts=True)
        elif known[mark] <= moment - _NOTED_EVERY:
            StaffNetwork.objects.filter(user=person, network=mark).update(last_at=moment)
        if known and mark not in known:
            transaction.on_commit(
                lambda: staff_network_new.send(sender=StaffNetwork, user_id=person.pk), robust=True
            )


def forget_networks(moment: datetime) -> int:
    """Delete networks not seen for KEPT, but never the last one of an account: with none, none would be new."""
    newer = StaffNetwork.objects.filter(user=OuterRef("user"), last_at__gt=OuterRef("last_at"))
    return StaffNetwork.objects.filter(Exists(newer), last_at__lt=moment - KEPT).delete()[0]
