"""Subscribing, confirming, unsubscribing.

Confirming and unsubscribing need POST, since mail scanners follow links with GET.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import get_language, gettext

from accounts.crypto import address_hash, keyed_hash, normalize_address
from accounts.limits import SUBSCRIBED, SUBSCRIBERS, Policy, take_for
from accounts.models import User
from digests.enums import Cadence, ConsentStep, DeliveryKind, Target
from digests.exceptions import TooManyRequests, UnknownToken
from digests.models import Subscription
from digests.services.announcing import record_mail
from digests.services.consenting import end, keep_consent
from digests.targets import RELATED, Wanted
from digests.tokens import hash_of, token_of
from languages.codes import BY_CODE, DEFAULT
from mail.services import is_suppressed
from places.models import City

#: An unused confirmation expires after this time.
CONFIRM_WITHIN: Final = timedelta(days=7)
#: Subscriptions of one address.
MOST: Final = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """How often, when and in which language somebody wants mails; None and '' mean the usual.

    `weekday` 0 is Monday, `timezone` a zone of the IANA database, `filters` an EventFilter as JSON.
    """

    cadence: Cadence = Cadence.WEEKLY
    weekday: int | None = None
    hour: int | None = None
    timezone: str = ""
    language: str = ""
    filters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a subscription."""
        return {
            "cadence": self.cadence.value,
            "weekday": settings.DIGEST_DAY if self.weekday is None else self.weekday,
            "hour": settings.DIGEST_HOUR if self.hour is None else self.hour,
            "timezone": self.timezone,
            "language": spoken(self.language or get_language() or ""),
            "filters": dict(self.filters),
        }


def subscribe(
    address: str,
    target: Wanted | City,
    wishes: Wishes | None = None,
    *,
    by: User | None = None,
    how: str = "form",
    sender: str = "",
    now: datetime | None = None,
    **usual: Any,
) -> bool:
    """Request mail. Returns whether it is active at once: only where `by` asks for an address that is proved to be theirs.

    Raises TooManyRequests. A known, new or suppressed address gets the same answer, and the owner a mail: a new one is asked
    to confirm, a known one gets the link by which to change what there is, which a stranger's request changes nothing of.
    `usual` are fields of Wishes.
    """
    moment, asked = now or clock(), wishes or Wishes(**usual)
    wanted = Wanted(kind=Target.CITY, city=target, columns={}) if isinstance(target, City) else target
    hashed = address_hash(address)
    _limit(SUBSCRIBED, hashed)
    _limit(SUBSCRIBERS, keyed_hash(sender))
    if is_suppressed(hashed):
        return False
    is_own = by is not None and owns(by, address)
    with transaction.atomic():
        row = _row(hashed, wanted)
        if row is None:
            return False
        if row.active:
            record_mail(row, DeliveryKind.LINK, now=moment)
            return is_own
        row.address = address.strip()  # an erased address is provided again by a new request
        # an unsubscription stays until they confirm: a stranger may send the request
        row.requested_at, row.scheduled_at, row.paused_until = moment, moment, None
        for name, value in asked.columns.items():
            setattr(row, name, value)
        if wanted.city is None and not row.timezone:
            row.timezone = by.timezone if by is not None else ""
        row.user = by if is_own else None
        row.token_hash = hash_of(token_of(row))
        row.save()
        keep_consent(row, ConsentStep.ASKED, how=how, at=moment)
        if is_own:
            _activate(row, how="account", now=moment)
        else:
            record_mail(row, DeliveryKind.CONFIRMATION, now=moment)
    return is_own


def _row(hashed: str, wanted: Wanted) -> Subscription | None:
    """The locked row of this address and target, a new one where there is none; None where the address has too many."""
    mine = Subscription.objects.filter(address_hash=hashed)
    target = {"kind": wanted.kind.value, "city": wanted.city, **wanted.columns}
    named = {name: value for name, value in target.items() if name != "name"}
    if not mine.filter(**_asked(named)).exists():
        if mine.count() >= MOST:
            return None
        fresh = Subscription(address_hash=hashed, **target)
        fresh.token_hash = hash_of(token_of(fresh))
        Subscription.objects.bulk_create([fresh], ignore_conflicts=True)
    return mine.select_for_update(of=("self",)).select_related(*RELATED).filter(**_asked(named)).first()


def _asked(named: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{name}__isnull" if value is None else name: True if value is None else value for name, value in named.items()}  # fmt: skip


def owns(person: User, address: str) -> bool:
    """Whether the address is proved to be the person's."""
    return EmailAddress.objects.filter(user=person, email=normalize_address(address), verified=True).exists()


def confirm(token: str, *, how: str = "link", now: datetime | None = None) -> Subscription:
    """Activate the subscription after its owner's click.

    Idempotent. Raises UnknownToken, also for an expired one.
    """
    moment = now or clock()
    with transaction.atomic():
        row = find(token, lock=True)
        if not row.active:
            if row.requested_at < moment - CONFIRM_WITHIN or not row.address:
                raise UnknownToken(gettext("This link has expired. Subscribe again to get a new one."))
            _activate(row, how=how, now=moment)
    return row


def _activate(row: Subscription, *, how: str, now: datetime) -> None:
    row.active, row.confirmed_at, row.unsubscribed_at = True, now, None
    row.consented_at, row.asked_again_at = now, None
    row.scheduled_at = row.looked_at = now
    if row.user_id is None:  # so that the mails fit what their owner likes
        proved = EmailAddress.objects.filter(email=normalize_address(row.address), verified=True)
        row.user_id = proved.values_list("user", flat=True).first()
    row.save(
        update_fields=["active", "confirmed_at", "unsubscribed_at", "consented_at", "asked_again_at", "scheduled_at", "looked_at", "user"]
    )  # fmt: skip
    keep_consent(row, ConsentStep.CONFIRMED, how=how, at=now)


def renew(token: str, *, now: datetime | None = None) -> Subscription:
    """Go on after the question of `ask_again`. Idempotent. Raises UnknownToken, also for one that has ended."""
    moment = now or clock()
    with transaction.atomic():
        row = find(token, lock=True)
        if not row.active:
            raise UnknownToken(gettext("This subscription has ended. Subscribe again to get its mails."))
        if row.asked_again_at is not None:
            row.consented_at, row.asked_again_at = moment, None
            row.save(update_fields=["consented_at", "asked_again_at"])
            keep_consent(row, ConsentStep.RENEWED, how="link", at=moment)
    return row


def unsubscribe(token: str, *, how: str = "link", now: datetime | None = None) -> Subscription:
    """End a subscription. Idempotent. Raises UnknownToken."""
    with transaction.atomic():
        row = find(token, lock=True)
        end(row, how=how, now=now or clock())
    return row


def speak(token: str, language: str) -> Subscription:
    """Write the mails of a subscription in another language. Raises UnknownToken; one that the site has not is English."""
    row = find(token)
    row.language = spoken(language)
    row.save(update_fields=["language"])
    return row


def spoken(language: str) -> str:
    """The tag, where the site has the language; else English's."""
    return language if language in BY_CODE else DEFAULT


def find(token: str, *, lock: bool = False) -> Subscription:
    """The subscription of a token. Raises UnknownToken."""
    rows = Subscription.objects.select_related(*RELATED)
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(token_hash=hash_of(token)).first()
    if row is None:
        raise UnknownToken(gettext("This link is not valid. A newer mail may contain the current one."))
    return row


def _limit(policy: Policy, caller: str) -> None:
    if not take_for(policy, caller).allowed:
        raise TooManyRequests(
            gettext("Too many requests within an hour. Check your mailbox, also the spam folder.")
        )
