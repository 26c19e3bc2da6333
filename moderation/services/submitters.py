"""Who submitted which event, by keyed hashes: an account, or an address.

Verdicts on a submission count for its submitter. Only who is known for certain, by a session or a confirmed address,
earns a right by them: anybody can type the address of somebody else.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.crypto import address_hash, keyed_hash
from accounts.models import User
from accounts.privacy.person import Person
from accounts.services.address import account_of
from moderation.enums import FieldGroup, SubjectKind
from moderation.models import SubmittedEvent, TrustSubject, TrustVerdict
from moderation.services.trusting import Whose, introduce, reckon, trusted_groups

_PRIOR = "submitter"


def of_account(person_id: Any) -> Whose:
    """The submitter that an account is."""
    return Whose(kind=SubjectKind.SUBMITTER, key=keyed_hash(f"submitter\0{person_id}"))


def of_address(address: str) -> Whose:
    """The submitter that an address is."""
    return Whose(kind=SubjectKind.SUBMITTER, key=keyed_hash(f"submitter\0{address_hash(address)}"))


def of_confirmed(address: str) -> Whose:
    """The submitter that a confirmed address is: the account that proved it too, else the address (two queries)."""
    held = account_of(address)
    return of_account(held.pk) if held else of_address(address)


def unite(person: User, *, now: datetime) -> None:
    """Make an account and the addresses that it proved one submitter: what was sent in under them counts for it."""
    keys = [of_address(each).key for each in Person.of(person).addresses]
    others = TrustSubject.objects.filter(kind=SubjectKind.SUBMITTER, key__in=keys)
    if not others.exists():
        return
    with transaction.atomic():
        own = introduce(of_account(person.pk), name="", prior=_PRIOR)
        held = list(others.select_for_update().order_by("pk"))
        SubmittedEvent.objects.filter(subject__in=held).update(subject=own)
        known = own.verdicts.values("cause_id")
        TrustVerdict.objects.filter(subject__in=held).exclude(cause_id__in=known).update(subject=own)
        TrustSubject.objects.filter(pk__in=[one.pk for one in held]).delete()
        reckon([own.pk], now=now)


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
