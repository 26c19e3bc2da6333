"""What the door keeps about a person: by the keyed hash of the address alone."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_noop as _

from accounts.privacy.person import Person
from accounts.privacy.registry import Part, Retention, Rows
from mail.models import Dispatch, SoftBounce, Suppression


def export(person: Person) -> Rows:
    """What became of the mails to the person, and whether an address gets none."""
    hashes = person.hashes
    sent = Dispatch.objects.filter(address_hash__in=hashes).order_by("handed_at")
    return {
        "mails_handed_over": list(
            sent.values("stream", "kind", "provider", "state", "code", "reason", "handed_at", "settled_at")
        ),
        "suppressed": list(Suppression.objects.filter(pk__in=hashes).values("reason", "code", "at")),
        "soft_bounces": list(SoftBounce.objects.filter(pk__in=hashes).values("count", "first_at", "last_at")),
    }


def erase(person: Person) -> int:
    """Delete the log of their mails and what was counted about their addresses."""
    hashes = person.hashes
    return sum(
        rows.delete()[0]
        for rows in (
            Dispatch.objects.filter(address_hash__in=hashes),
            Suppression.objects.filter(pk__in=hashes),
            SoftBounce.objects.filter(pk__in=hashes),
        )
    )


PART: Final = Part(
    name=_("mail log"),
    holds=_("what became of each mail to you, by a keyed hash of the address; whether an address gets no mail, and why"),
    purpose=_("to send each mail once, and none to whom it cannot reach or does not want it"),
    models=frozenset({"mail.Dispatch", "mail.Suppression", "mail.SoftBounce", "mail.ProviderNews"}),
    export=export,
    erase=erase,
    retention=(
        Retention(
            what=_("what became of mails"),
            period=lambda: timedelta(days=settings.MAIL_LOG_DAYS),
            task="mail.tasks.forget_old",
        ),
    ),
)  # fmt: skip
