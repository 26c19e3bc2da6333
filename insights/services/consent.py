"""Consent to the log: given and withdrawn. Withdrawn, nothing of it is left."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.timezone import now as clock

from insights.models import Participant
from insights.queries import hidden_rows
from insights.records import Reader

#: The version of the text of consent (templates/insights/consent.html). A new one asks again.
WORDING: Final = 1


def agree(reader: Reader, *, now: datetime | None = None) -> Participant:
    """Note that a person or a device agreed to the log. Once more changes only the wording that they agreed to.

    Raises ValueError where nobody can be told apart: without an account and without a device's key.
    """
    moment = now or clock()
    said = {"wording": WORDING, "agreed_at": moment, "seen_on": moment.date()}
    row, _ = Participant.objects.update_or_create(
        **reader.columns, defaults={"wording": WORDING}, create_defaults=said
    )
    return row


def withdraw(reader: Reader) -> bool:
    """Delete the consent with all of its interactions (the database cascades), and what the reader hid. Says whether there was a consent."""
    if not reader.is_somebody:
        return False
    with transaction.atomic():
        hidden_rows(reader).delete()
        return Participant.objects.filter(**reader.columns).delete()[0] > 0
