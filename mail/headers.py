"""Headers that cannot break out of their line, and the one recipient."""

from typing import Final

from django.core.mail import EmailMessage

from mail.exceptions import MailNotSent
from pipeline import patterns

#: Control characters without the tab, and what else ends a line somewhere.
_BREAKS: Final = patterns.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")


def address_of(message: EmailMessage) -> str:
    """The one recipient's bare address. Raises MailNotSent for none, and for several."""
    recipients = message.recipients()
    if len(recipients) != 1:
        raise MailNotSent(f"A mail has one recipient, not {len(recipients)}.")
    address = str(recipients[0]).strip()
    return address[address.rfind("<") + 1 : -1] if address.endswith(">") else address


def unsafe_header(message: EmailMessage) -> str:
    """Which header has a line break or another control character; '' where none has.

    Backends of APIs send headers as data, without Django's own check.
    """
    headers = {
        "Subject": message.subject, "From": message.from_email, "To": ", ".join(map(str, message.to)),
        "Reply-To": ", ".join(map(str, message.reply_to)), **message.extra_headers,
    }  # fmt: skip
    for name, value in headers.items():
        if _BREAKS.search(f"{name}{value}"):
            return f"the header {''.join(c for c in str(name) if c.isalnum() or c == '-')[:40]} has a control character"
    return ""
