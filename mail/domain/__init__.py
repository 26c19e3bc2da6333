"""Whether mail of a domain is believed: SPF, DKIM, DMARC, PTR, and what Gmail and Yahoo ask of senders."""

from mail.domain.checking import check_domain

__all__ = ["check_domain"]
