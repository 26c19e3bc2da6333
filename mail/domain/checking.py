"""All checks of a domain."""

from collections.abc import Sequence
from datetime import datetime

from mail.domain import authentication, sending
from mail.domain.findings import Finding


def check_domain(
    domain: str, *, providers: Sequence[str], selectors: Sequence[str], senders: Sequence[str], now: datetime
) -> list[Finding]:
    """Ask the DNS about the domain, and the settings about us.

    `providers` are those that mail leaves by, `selectors` the names of its DKIM keys ([]: the usual ones), `senders` the
    addresses of a mail server of one's own.
    """
    return [
        sending.sender(domain),
        sending.replies(domain),
        authentication.spf(domain, providers),
        authentication.dkim(domain, selectors),
        authentication.dmarc(domain),
        *[sending.pointer(address) for address in senders],
        sending.encryption(providers),
        sending.one_click(),
        sending.complaints(now=now),
    ]
