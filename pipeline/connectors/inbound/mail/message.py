"""Bytes to mails (RFC 5322, RFC 4155): mailboxes, headings and parts, bounded, since Python's parser takes the
square of what hostile mails have many of."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parseaddr, parsedate_to_datetime
from itertools import islice
from typing import Any, Final

from pipeline import patterns
from pipeline.text.decoding import decode, strip_controls

#: Mails of one mailbox, and parts of one mail, that are read.
MAX_MAILS: Final = 2_000
MAX_PARTS: Final = 100

#: Headings beyond these are cut, and so are parts, mails within mails and lines that may part two of them:
#: the parser of mails takes the square of their number and length, and as many calls inside one another as
#: there are brackets.
_LONGEST_HEADING: Final = 2_000
_MOST_NESTED: Final = 20
_MOST_BOUNDARIES: Final = 1_000

_MBOX: Final = patterns.compile(rb"(?:\A|\r?\n\r?\n)From \S[^\r\n]{0,200}\d{4}[^\r\n]{0,20}\r?\n(?=[\w-]+:)")
_NESTED: Final = patterns.compile(
    rb"^content-type[ \t]*+:[ \t]*+(?:multipart|message)/", patterns.MULTILINE | patterns.IGNORECASE
)
_BOUNDARY: Final = patterns.compile(rb"^--(?=[^\s-])", patterns.MULTILINE)


class _Headings(EmailPolicy):
    """Python's own reading of headings, of as much of each as is looked at; one that it fails on stays as it
    is written."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """The heading's value, decoded."""
        try:
            return super().header_fetch_parse(name, value[:_LONGEST_HEADING])
        except RecursionError:
            return value[:_LONGEST_HEADING]


_POLICY: Final = _Headings()


def parsed(content: bytes) -> EmailMessage | None:
    """The mail of these bytes; None where the parser makes none of them."""
    mail = message_from_bytes(_bounded(content), policy=_POLICY)
    return mail if isinstance(mail, EmailMessage) else None


def mails_of(content: bytes) -> list[bytes]:
    """The mails of a mailbox, or the one mail, at most `MAX_MAILS`."""
    starts = [found.end() for found in islice(_MBOX.finditer(content), MAX_MAILS)]
    if not starts:
        return [content] if content.strip() else []
    ends = [found.start() for found in islice(_MBOX.finditer(content), 1, MAX_MAILS)]
    return [content[start:end] for start, end in zip(starts, [*ends, len(content)], strict=False)]


def parts(mail: EmailMessage, kind: str) -> Iterator[EmailMessage]:
    """The parts of a mail of one content type, among its first `MAX_PARTS`."""
    for part in islice(mail.walk(), MAX_PARTS):
        if part.get_content_type() == kind and isinstance(part, EmailMessage):
            yield part


def words(part: EmailMessage) -> str:
    """The text of a part."""
    charset = part.get_content_charset() or ""
    return decode(content_of(part), content_type=f"text/plain; charset={charset}" if charset else "").text


def content_of(part: EmailMessage) -> bytes:
    """The bytes of a part, decoded; none of a part that has parts."""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def heading(mail: EmailMessage, name: str) -> str:
    """A heading line, decoded, on one line; '' where it is missing or broken."""
    try:
        value: Any = mail.get(name, "")
    except (
        ValueError,
        IndexError,
        TypeError,
        AttributeError,
    ):  # the parser of headings fails on some hostile ones
        return ""
    return " ".join(strip_controls(str(value)).split())


def name_and_address(heading: str) -> tuple[str, str]:
    """Name and address of a sender; nothing of one in more brackets than can be followed."""
    try:
        return parseaddr(heading)
    except RecursionError:
        return "", ""


def written_at(mail: EmailMessage) -> datetime | None:
    """When it was written, aware; a mail without an offset is taken as UTC."""
    try:
        written = parsedate_to_datetime(heading(mail, "date"))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return written if written.tzinfo else written.replace(tzinfo=UTC)  # RFC 5322, 3.3: -0000


def _bounded(content: bytes) -> bytes:
    """A mail up to where it has more parts, or more mails within mails, than any letter."""
    for pattern, most in ((_NESTED, _MOST_NESTED), (_BOUNDARY, _MOST_BOUNDARIES)):
        last = next(islice(pattern.finditer(content), most, None), None)
        content = content[: last.start()] if last else content
    return content
