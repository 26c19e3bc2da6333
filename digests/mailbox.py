"""The local mailbox: without a mail server every mail is stored here. Only for staff, never in production."""

from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMessage
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from uuid_utils.compat import uuid7

#: What the HTML of a mail may do in a frame of our pages: show pictures of our own, and open links.
MAIL_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src 'self'",
        "sandbox allow-popups allow-top-navigation-by-user-activation",
        "frame-ancestors 'self'",
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """One mail in the mailbox."""

    name: str
    subject: str
    to: str
    date: str
    text: str
    html: str
    headers: Sequence[tuple[str, str]]


class MailboxBackend(BaseEmailBackend):
    """Writes each mail into `settings.MAILBOX_DIR` as a file for mail programs, readable only by its owner."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store all messages. Returns how many."""
        folder: Path = settings.MAILBOX_DIR
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for message in email_messages:
            path = folder / f"{uuid7().hex}.eml"
            path.touch(mode=0o600)
            path.write_bytes(message.message().as_bytes())
        return len(email_messages)


def mails(limit: int = 100) -> list[Mail]:
    """The newest mails first."""
    folder: Path = settings.MAILBOX_DIR
    names = (
        sorted((path.stem for path in folder.glob("*.eml")), reverse=True)[:limit] if folder.is_dir() else []
    )
    return [mail for name in names if (mail := find(name)) is not None]


def find(name: str) -> Mail | None:
    """One mail by its name (32 hex digits), or None."""
    path: Path = settings.MAILBOX_DIR / f"{name}.eml"
    if not (len(name) == 32 and name.isalnum() and path.is_file()):
        return None
    parsed: Any = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Mail(
        name=name,
        subject=str(parsed["Subject"] or ""),
        to=str(parsed["To"] or ""),
        date=str(parsed["Date"] or ""),
        text=_part(parsed, "plain"),
        html=_part(parsed, "html"),
        headers=[(key, str(value)) for key, value in parsed.items()],
    )


def _part(parsed: ParsedMessage, kind: str) -> str:
    body = parsed.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body is not None else ""
