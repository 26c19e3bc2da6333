"""The meaning of a mail server's exception for the mail and the address.

Pure. smtplib distinguishes the stages of a conversation by the exception: RCPT is SMTPRecipientsRefused, MAIL
SMTPSenderRefused, DATA and the text itself SMTPDataError, the login SMTPAuthenticationError. Only the first
concerns the reader's address, and not always (RFC 5321, section 4.2; RFC 3463).
"""

from dataclasses import dataclass
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException
from typing import Any, Final

from accounts.secrets import redact
from pipeline import patterns

#: Replies to RCPT that may concern the address: no mailbox, not local, not a name, no such service.
_ADDRESS_CODES: Final = frozenset({550, 551, 553, 554})
#: Enhanced codes that concern the address: unknown, moved without a new one, bad syntax, or disabled. Others
#: concern us, the route or a full mailbox.
_ADDRESS_DETAILS: Final = frozenset(
    {"", "5.0.0", "5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.0", "5.2.1"}
)
#: Words of replies that refuse any sender, without an enhanced code, as Exim writes them.
_ABOUT_US: Final = ("relay", "authenticat", "spam", "blocked", "blacklist", "blocklist", "policy")
_DETAIL: Final = patterns.compile(r"([245]\.\d{1,3}\.\d{1,3})(?=\s|$)", longest=500)


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """Why a mail was not sent.

    `reason` contains no address; `code` is the server's, such as `550 5.1.1`, '' without one. `is_gone`:
    nobody can be reached there, so the address gets no more mail. `is_final`: a retry cannot help.
    """

    reason: str
    code: str = ""
    is_gone: bool = False
    is_final: bool = False


def read_failure(error: Exception) -> Refusal:
    """The verdict on any exception that stopped a mail."""
    name = type(error).__name__
    if isinstance(error, SMTPRecipientsRefused) and (reply := _reply(error.recipients)):
        number, text = reply
        code, said = _code(number, text), _text(text)
        gone = (
            number in _ADDRESS_CODES and code.partition(" ")[2] in _ADDRESS_DETAILS and not _is_about_us(said)
        )
        return Refusal(reason=masked(f"{name}: {number} {said}"), code=code, is_gone=gone, is_final=gone)
    if isinstance(error, SMTPResponseException):
        number, said = error.smtp_code, _text(error.smtp_error)
        final = (
            isinstance(error, SMTPDataError) and 500 <= number < 600
        )  # the same text would be refused again
        return Refusal(
            reason=masked(f"{name}: {number} {said}"), code=_code(number, error.smtp_error), is_final=final
        )
    return Refusal(reason=masked(f"{name}: {_words(error)}"))


def masked(text: str) -> str:
    """One line of at most 500 characters without words that contain an @."""
    words = redact(text[:2000]).split()
    line = " ".join("…@…" if "@" in word or "%40" in word else word for word in words)
    return "".join(character if character.isprintable() else "�" for character in line)[:500]


def _reply(recipients: Any) -> tuple[int, bytes | str] | None:
    """The server's reply about the one recipient, as smtplib stores it; None for a backend of another kind."""
    first = next(iter(recipients.values()), None) if isinstance(recipients, dict) else None
    return first if isinstance(first, tuple) and len(first) == 2 and isinstance(first[0], int) else None


def _words(error: Exception) -> str:
    try:
        return str(error)
    except Exception:  # an exception of other code whose attributes raise themselves
        return "says nothing"


def _is_about_us(said: str) -> bool:
    return any(word in said.casefold() for word in _ABOUT_US)


def _code(number: int, text: bytes | str) -> str:
    found = _DETAIL.match(_text(text))
    return f"{number} {found[1]}" if found else str(number)


def _text(text: bytes | str) -> str:
    return (text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text))[:500].strip()
