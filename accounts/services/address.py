"""Changes the address of an account, confirmed at both addresses.

The new one proves that mail arrives there, the old one that the owner wants it: whoever finds an unlocked
browser has neither.
"""

from enum import StrEnum
from typing import Final

from allauth.account.models import EmailAddress
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions import Action, record_action, target_of
from accounts.models import AddressChange, User, fold_login

#: Seconds for which the links in both mails work.
SECONDS: Final = 3 * 24 * 3600
_SALT: Final = "accounts.address"


class Side(StrEnum):
    """The mailbox that a link was sent to."""

    OLD = "old"
    NEW = "new"


class LinkRefused(Exception):
    """The link is not ours, was used, is older than SECONDS, or its change was replaced by another."""


class AddressTaken(Exception):
    """Another account got the address in the meantime."""


def ask_for_change(person: User, address: str) -> AddressChange:
    """Record the wish; an earlier one is void, and its links with it."""
    change, _ = AddressChange.objects.update_or_create(
        user=person,
        defaults={
            "email": fold_login(address),
            "asked_at": timezone.now(),
            "old_confirmed_at": None,
            "new_confirmed_at": None,
        },
    )
    return change


def is_taken(address: str, *, by_other_than: User) -> bool:
    """Whether another account has this address."""
    folded = fold_login(address)
    return (
        User.objects.filter(email__iexact=folded).exclude(pk=by_other_than.pk).exists()
        or EmailAddress.objects.filter(email=folded, verified=True).exclude(user=by_other_than).exists()
    )


def account_of(address: str) -> User | None:
    """The account that has proved this address. A login that allauth does not know was set by an operator: proved."""
    folded = fold_login(address)
    proved = EmailAddress.objects.filter(email=folded, verified=True).select_related("user").first()
    if proved is not None:
        return proved.user
    return User.objects.filter(email__iexact=folded).exclude(emailaddress__email=folded).first()


def token_for(change: AddressChange, side: Side) -> str:
    """The part of the link that is sent to one side."""
    return signing.dumps([change.pk, change.asked_at.timestamp(), side.value], salt=_SALT)


def change_of(token: str) -> tuple[AddressChange, Side]:
    """The change and the side of a link. Raises LinkRefused."""
    try:
        pk, asked, side = signing.loads(token, salt=_SALT, max_age=SECONDS)
        change = AddressChange.objects.select_related("user").get(pk=pk, user__is_active=True)
    except (signing.BadSignature, TypeError, ValueError, AddressChange.DoesNotExist):
        raise LinkRefused from None
    if change.asked_at.timestamp() != asked:
        raise LinkRefused
    return change, Side(side)


@transaction.atomic
def confirm(token: str) -> AddressChange:
    """Confirm one side; at the second one the address changes. Raises LinkRefused and AddressTaken.

    The answer's `is_complete` says whether it did.
    """
    found, side = change_of(token)
    change = AddressChange.objects.select_for_update().select_related("user").get(pk=found.pk)
    setattr(change, f"{side}_confirmed_at", timezone.now())
    change.save(update_fields=[f"{side}_confirmed_at"])
    if change.is_complete:
        _apply(change)
    return change


def _apply(change: AddressChange) -> None:
    person = change.user
    if is_taken(change.email, by_other_than=person):
        raise AddressTaken
    try:
        with transaction.atomic():
            EmailAddress.objects.filter(user=person).delete()
            EmailAddress.objects.create(user=person, email=change.email, verified=True, primary=True)
            person.email = change.email
            person.save(update_fields=["email"])
    except IntegrityError:
        raise AddressTaken from None
    AddressChange.objects.filter(pk=change.pk).delete()
    record_action(person, Action.ADDRESS_CHANGED, target=target_of(person))
