"""Where mail leaves from, and what Gmail and Yahoo ask of who sends much of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from mail.domain.asking import Unanswered, addresses, exchanges, pointers, unanswered
from mail.domain.findings import Finding, Record
from mail.enums import DispatchState
from mail.models import Dispatch

#: Gmail asks senders to stay below the first, and refuses those above the second.
_WANTED, _REFUSED = 0.001, 0.003


def replies(domain: str) -> Finding:
    """Somebody takes mail for the domain: answers, and bounces of an SMTP server of one's own."""
    try:
        found = exchanges(domain) or addresses(domain)
    except Unanswered as error:
        return unanswered("mx", error)
    if found:
        return Finding(check="mx", ok=True, detail=f"Mail to the domain goes to {found[0]}.")
    record = Record(name=domain, type="MX", value=f"10 mail.{domain}")
    return Finding(
        check="mx",
        ok=False,
        detail="Nobody takes mail for the domain, and answers to it are lost.",
        record=record,
    )


def pointer(address: str) -> Finding:
    """The address has a name, which leads back to it."""
    try:
        names = pointers(address)
        back = [name for name in names if address in addresses(name)]
    except Unanswered as error:
        return unanswered("ptr", error)
    if back:
        return Finding(check="ptr", ok=True, detail=f"{address} is {back[0]}, and back.")
    detail = (
        f"{address} is {names[0]}, which does not lead back to it." if names else f"{address} has no name."
    )
    value = names[0] if names else f"mail.{_domain_of_sender()}"
    record = Record(name=address, type="PTR", value=value)
    return Finding(
        check="ptr", ok=False, detail=f"{detail} Whoever rents you the address writes it.", record=record
    )


def sender(domain: str) -> Finding:
    """The sender of our mails is of the domain, so that SPF and DKIM count for DMARC (alignment)."""
    own = _domain_of_sender()
    if own == domain or own.endswith(f".{domain}"):
        return Finding(check="from", ok=True, detail=f"Mails come from {own}.")
    return Finding(
        check="from",
        ok=False,
        detail=f"Mails come from {own or 'nowhere'}: set DEFAULT_FROM_EMAIL to an address at {domain}.",
    )


def encryption(providers: Sequence[str]) -> Finding:
    """Mail leaves encrypted."""
    if "smtp" in providers and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        return Finding(
            check="tls",
            ok=False,
            detail="EMAIL_USE_TLS is off: mail leaves in the clear, and Gmail refuses it.",
        )
    return Finding(check="tls", ok=True, detail="Mail leaves encrypted.")


def one_click() -> Finding:
    """Digests have List-Unsubscribe and List-Unsubscribe-Post (RFC 8058), which need https."""
    if settings.SITE_URL.startswith("https://"):
        return Finding(check="one_click", ok=True, detail="Digests can be left by one click.")
    return Finding(
        check="one_click",
        ok=False,
        detail="SITE_URL is not https: the one click by which digests are left does not count.",
    )


def complaints(*, now: datetime) -> Finding:
    """The share of complaints among the mails of the last month; unknown until there were a thousand."""
    since = Dispatch.objects.filter(handed_at__gt=now - timedelta(days=30))
    arrived = since.filter(state__in=(DispatchState.DELIVERED, DispatchState.COMPLAINED)).count()
    complained = since.filter(state=DispatchState.COMPLAINED).count()
    if arrived < 1000:
        return Finding(
            check="complaints",
            ok=True,
            detail=f"{complained} of {arrived} mails of the last 30 days: too few to judge.",
        )
    share = complained / arrived
    detail = f"{share:.2%} of {arrived} mails of the last 30 days; Gmail wants less than {_WANTED:.1%}, and refuses from {_REFUSED:.1%} on."
    return Finding(check="complaints", ok=share < _WANTED, detail=detail)


def _domain_of_sender() -> str:
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].strip(" >").lower()
