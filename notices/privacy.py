"""What notices keep about a person, for their export and erasure."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from accounts.crypto import address_hash
from accounts.privacy.person import Person
from accounts.privacy.registry import Part, Retention, Rows
from notices.models import Notice, NoticeChoice, NoticeDelivery, PushDevice
from notices.services.forgetting import KEPT


def export(person: Person) -> Rows:
    """What the person was told, by which ways, and what they chose."""
    mine = _of(person)
    deliveries = NoticeDelivery.objects.filter(notice__in=Notice.objects.filter(mine)).order_by("made_at")
    return {
        "notices": list(
            Notice.objects.filter(mine).order_by("made_at").values("kind", "facts", "state", "made_at", "told_at", "read_at")
        ),
        "notice_deliveries": list(deliveries.values("channel", "state", "made_at", "sent_at")),
        "notice_choices": list(NoticeChoice.objects.filter(mine).values("kind", "channel", "is_on", "at")),
        "push_devices": [
            {"client": row.client, "push_service": urlsplit(row.endpoint).netloc, "made_at": row.made_at, "sent_at": row.sent_at}
            for row in PushDevice.objects.filter(user_id=person.id)
        ],
    }  # fmt: skip


def erase(person: Person) -> int:
    """Delete all of it."""
    mine = _of(person)
    devices = PushDevice.objects.filter(user_id=person.id).delete()[0]
    return devices + Notice.objects.filter(mine).delete()[0] + NoticeChoice.objects.filter(mine).delete()[0]


def marks(person: Person) -> Iterator[str]:
    """Ids of notices, and addresses of devices."""
    for pk in Notice.objects.filter(_of(person)).values_list("pk", flat=True):
        yield str(pk)
    for device in PushDevice.objects.filter(user_id=person.id):
        yield device.endpoint


def _of(person: Person) -> Q:
    return Q(user_id=person.id) | Q(address_hash__in=[address_hash(each) for each in person.addresses])


def _kept() -> timedelta:
    return KEPT


PART = Part(
    name=_("notices"),
    holds=_(
        "what you were told (reminders, changes, new events, sign-ins), whether you read it, by which ways it went, and which of it you want; "
        "without an account beside your address (encrypted, with a keyed hash). Of each device with push: its address at the push service and "
        "its keys (encrypted), and what the browser calls itself, until you turn it off or sign out there"
    ),
    purpose=_("to tell you, once, what you want to know"),
    models=frozenset({"notices.Notice", "notices.NoticeDelivery", "notices.NoticeChoice", "notices.PushDevice"}),
    export=export,
    erase=erase,
    marks=marks,
    retention=(
        Retention(what=_("notices"), period=_kept, task="notices.tasks.forget_notices"),
    ),
)  # fmt: skip
