"""What an exception of a mail provider means for the mail, the address and the provider.

Pure. smtplib distinguishes the stages of a conversation by the exception: RCPT is SMTPRecipientsRefused, MAIL
SMTPSenderRefused, DATA and the text itself SMTPDataError, the login SMTPAuthenticationError. Only the first
concerns the reader's address, and not always (RFC 5321, section 4.2; RFC 3463). An exception of anymail is neither an
SMTPException nor an OSError; the HTTP client's has the status, or says whether the request can have arrived.
"""

from dataclasses import dataclass
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException
from typing import Any, Final

from anymail.exceptions import (
    AnymailAPIError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)

from accounts.secrets import redact
from mail.enums import FailureKind
from mail.exceptions import NothingTaken
from pipeline import patterns
from pipeline.contract.http_errors import EgressError

#: Replies to RCPT that may concern the address: no mailbox, not local, not a name, no such service.
_ADDRESS_CODES: Final = frozenset({550, 551, 553, 554})
#: Enhanced codes that concern the address: unknown, moved without a new one, bad syntax, or disabled. Others
#: concern us, the route or a full mailbox.
ADDRESS_DETAILS: Final = frozenset(
    {"", "5.0.0", "5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.0", "5.2.1"}
)
#: Words of replies that refuse any sender, without an enhanced code, as Exim writes them.
_ABOUT_US: Final = ("relay", "authenticat", "spam", "blocked", "blacklist", "blocklist", "policy")
_DETAIL: Final = patterns.compile(r"([245]\.\d{1,3}\.\d{1,3})(?=\s|$)", longest=500)
#: Statuses of an API by which it says that it did nothing, now: wait, or come back.
_NOT_NOW: Final = frozenset({408, 425, 429, 503})
#: Statuses about our account there, not about the mail.
_ABOUT_ACCOUNT: Final = frozenset({401, 402, 403, 404, 405})


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """Why a mail did not go, or may not have gone.

    `reason` contains no address; `code` is the server's, such as `550 5.1.1`, '' without one. `is_outage`: the provider
    is at fault, which its breaker counts. `retry_after` is in seconds, where the provider named it.
    """

    kind: FailureKind
    reason: str
    code: str = ""
    is_outage: bool = False
    retry_after: float | None = None


def read_failure(error: Exception, *, begun: bool) -> Failure:
    """The verdict on any exception that stopped a mail. `begun`: bytes of it may have left."""
    if isinstance(error, SMTPRecipientsRefused) and (reply := _reply(error.recipients)):
        return _about_recipient(type(error).__name__, *reply)
    if isinstance(error, SMTPResponseException):
        return _answered(error)
    if isinstance(error, EgressError):
        return _of_http(error)
    if isinstance(error, AnymailAPIError) and error.status_code:
        return _of_status(error.status_code, _said(error), None)
    if isinstance(error, AnymailRecipientsRefused):
        return _by_recipient_status(error)
    reason = masked(f"{type(error).__name__}: {_words(error)}")
    if isinstance(error, AnymailInvalidAddress):
        return Failure(kind=FailureKind.GONE, reason=reason)
    if isinstance(error, AnymailUnsupportedFeature | AnymailSerializationError | NothingTaken):
        return Failure(kind=FailureKind.ROUTE, reason=reason)
    kind = FailureKind.UNSURE if begun else FailureKind.ROUTE
    return Failure(kind=kind, reason=reason, is_outage=True)


def masked(text: str) -> str:
    """One line of at most 500 characters without words that contain an @."""
    words = redact(text[:2000]).split()
    line = " ".join("…@…" if "@" in word or "%40" in word else word for word in words)
    return "".join(character if character.isprintable() else "�" for character in line)[:500]


def concerns_address(code: str, said: str) -> bool:
    """Whether a reply such as `550 5.1.1` says that nobody has the address."""
    number, _, detail = code.partition(" ")
    known = number.isdigit() and int(number) in _ADDRESS_CODES
    return known and detail in ADDRESS_DETAILS and not _is_about_us(said)


def code_of(text: str) -> str:
    """The code at the beginning of a reply, such as `550 5.1.1`; '' without one."""
    number, _, rest = text.strip().partition(" ")
    if number[:3].isdigit() and len(number) >= 3 and "." not in number[:3]:
        return _code(int(number[:3]), number[3:].lstrip("-") + " " + rest if len(number) > 3 else rest)
    found = _DETAIL.match(text.strip()[:500])
    return found[1] if found else ""


def _about_recipient(name: str, number: int, text: bytes | str) -> Failure:
    code, said = _code(number, text), _text(text)
    reason = masked(f"{name}: {number} {said}")
    if concerns_address(code, said):
        return Failure(kind=FailureKind.GONE, reason=reason, code=code)
    return Failure(kind=FailureKind.ROUTE, reason=reason, code=code)


def _answered(error: SMTPResponseException) -> Failure:
    """A reply to anything but RCPT. The same text would be refused again; 421 says that the server is going away."""
    number, said = error.smtp_code, _text(error.smtp_error)
    reason, code = masked(f"{type(error).__name__}: {number} {said}"), _code(number, error.smtp_error)
    if isinstance(error, SMTPDataError):
        is_content = 500 <= number < 600
        return Failure(
            kind=FailureKind.CONTENT if is_content else FailureKind.ROUTE,
            reason=reason,
            code=code,
            is_outage=number == 421,
        )
    return Failure(kind=FailureKind.ROUTE, reason=reason, code=code, is_outage=True)


def _of_http(error: EgressError) -> Failure:
    reason = masked(f"{error.code}: {error.detail}")
    if error.status is not None:
        return _of_status(error.status, error.detail, error.retry_after)
    kind = FailureKind.UNSURE if error.may_have_arrived else FailureKind.ROUTE
    return Failure(kind=kind, reason=reason, is_outage=True, retry_after=error.retry_after)


def _of_status(status: int, said: str, wait: float | None) -> Failure:
    """The verdict on an API's status. A gateway's 500, 502 or 504 does not say whether the mail was taken."""
    reason, code = masked(f"status {status}: {said}"), str(status)
    if status in _NOT_NOW:
        return Failure(kind=FailureKind.ROUTE, reason=reason, code=code, is_outage=True, retry_after=wait)
    if status in _ABOUT_ACCOUNT or 300 <= status < 400:
        return Failure(kind=FailureKind.ROUTE, reason=reason, code=code, is_outage=True)
    if 400 <= status < 500:
        return Failure(kind=FailureKind.CONTENT, reason=reason, code=code)
    return Failure(kind=FailureKind.UNSURE, reason=reason, code=code, is_outage=True)


def _by_recipient_status(error: AnymailRecipientsRefused) -> Failure:
    """The API took the request, and not the one recipient: no address, or on its own list."""
    status = getattr(getattr(error, "email_message", None), "anymail_status", None)
    words = {*(getattr(status, "status", None) or ())}
    kind = FailureKind.GONE if "invalid" in words else FailureKind.CONTENT
    return Failure(kind=kind, reason=masked(f"the provider says: {', '.join(sorted(map(str, words)))}"))


def _said(error: AnymailAPIError) -> str:
    """The beginning of the answer's body."""
    text = getattr(error.response, "text", "") or ""
    return str(text)[:400]


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
