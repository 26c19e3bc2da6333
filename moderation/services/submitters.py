"""Who submitted which event, by keyed hashes: an account, or an address.

Verdicts on a submission count for its submitter. Only who is known for certain, by a session or a confirmed address,
earns a right by them: anybody can type the address of somebody else.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.crypto import address_hash, keyed_hash
from moderation.enums import FieldGroup, SubjectKind
from moderation.models import SubmittedEvent
from moderation.services.trusting import Whose, introduce, trusted_groups

_PRIOR = "submitter"


def of_account(person_id: Any) -> Whose:
    """The submitter that an account is."""
    return Whose(kind=SubjectKind.SUBMITTER, key=keyed_hash(f"submitter\0{person_id}"))


def of_address(address: str) -> Whose:
    """The submitter that an address is."""
    return Whose(kind=SubjectKind.SUBMITTER, key=keyed_hash(f"submitter\0{address_hash(address)}"))


def note(run_id: UUID, *, source_id: UUID, submitter: Whose, is_known: bool, now: datetime) -> None:
    """Keep who submitted what the run `run_id` will read. Once known for certain, it stays so."""
    subject = introduce(submitter, name="", prior=_PRIOR)
    values = {"subject": subject, "source_id": source_id, "at": now}
    SubmittedEvent.objects.update_or_create(
        run_id=run_id, defaults=values | ({"is_known": True} if is_known else {}), create_defaults=values | {"is_known": is_known}
    )  # fmt: skip


def bind(run_id: UUID, event_id: UUID) -> None:
    """Keep which event the submission became (one query)."""
    SubmittedEvent.objects.filter(run_id=run_id).update(event_id=event_id)


def groups_of_run(run_id: UUID) -> frozenset[FieldGroup]:
    """The groups of fields that the submitter of a run's event may publish by themselves (one query)."""
    row = SubmittedEvent.objects.filter(run_id=run_id, is_known=True).select_related("subject").first()
    return trusted_groups(row.subject) if row else frozenset()
