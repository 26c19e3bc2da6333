"""Mails and mailboxes (RFC 5322, RFC 4155): newsletters as prose, dated by the mail itself. What a mail
attaches as a calendar is read as one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parseaddr, parsedate_to_datetime
from itertools import islice
from typing import Any, ClassVar, Final

from pipeline import patterns
from pipeline.connectors.formats.ical import ICal, ICalConfig
from pipeline.connectors.support.platform import Platform
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, ExtractionMethod, OrganizerType, SourceType
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.http import HttpClient
from pipeline.contract.normalized import OrganizerRef
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.prose import Prose, announced, text_of_html
from pipeline.text.contacts import is_free_mail
from pipeline.text.decoding import (
    MAX_DESCRIPTION,
    MAX_LINE,
    MAX_RAW,
    MAX_TITLE,
    bounded_id,
    decode,
    strip_controls,
)

#: Mails of one mailbox, and parts of one mail, that are read.
MAX_MAILS: Final = 2_000
MAX_PARTS: Final = 100

#: Headings beyond these are cut, and so are parts, mails within mails and lines that may part two of them:
#: the parser of mails takes the square of their number and length, and as many calls inside one another as
#: there are brackets.
_LONGEST_HEADING: Final = 2_000
_MOST_NESTED: Final = 20
_MOST_BOUNDARIES: Final = 1_000
_SNIFFED: Final = 4_000

#: Headings that name whom a mail was sent to.
_RECIPIENTS: Final = frozenset({"to", "cc", "delivered-to", "x-original-to"})

_HEADER: Final = patterns.compile(
    rb"^(?:From|To|Subject|Date|Received|Return-Path|Delivered-To|MIME-Version|Message-ID|X-[\w-]+|DKIM-Signature|List-[\w-]+)\s*:",
    patterns.IGNORECASE | patterns.MULTILINE,
)
_NAMES: Final = patterns.compile(rb"^([\w-]++)\s*+:", patterns.MULTILINE, longest=_SNIFFED)
_MBOX: Final = patterns.compile(rb"(?:\A|\r?\n\r?\n)From \S[^\r\n]{0,200}\d{4}[^\r\n]{0,20}\r?\n(?=[\w-]+:)")
_NESTED: Final = patterns.compile(
    rb"^content-type[ \t]*+:[ \t]*+(?:multipart|message)/", patterns.MULTILINE | patterns.IGNORECASE
)
_BOUNDARY: Final = patterns.compile(rb"^--(?=[^\s-])", patterns.MULTILINE)
#: A mail address as it stands among others or in words.
_ADDRESS: Final = patterns.compile(r"(?<![\w.+-])[\w.+-]{1,64}+@[\w-]{1,63}+(?:\.[\w-]{1,63}+){0,8}+")
_REPLY: Final = patterns.compile(r"^\s*+(?:(?:re|aw|fwd?|wg|tr|rv|i|sv)\s*+:\s*+)++", patterns.IGNORECASE)
#: The head of a mail that was passed on, as mail programs set it into the text.
_PASSED_ON: Final = patterns.compile(
    r"\A[>\s*]*+(?:From|Von|De|Da|Sent|Gesendet|Envoyé|Enviado|Date|Datum|To|An|À|Para|Subject|Betreff|Objet|Asunto|Cc|Reply-To)\s*+:"
)
_FORWARDED: Final = patterns.compile(
    r"\A[>\s-]*+(?:begin forwarded message|forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado)\b",
    patterns.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class MailConfig:
    """Where the sender's events are held."""

    venue: str = field(
        default="", metadata={"help": "Where the sender's events take place, for mails that name no place."}
    )


class MailConnector(Platform):
    """Reads files of mails (`.eml`, `.mbox`). It fetches nothing: mails are loaded, or pushed by whoever
    receives them."""

    metadata: ClassVar[Metadata] = Metadata(
        name="mail",
        title="Newsletter mails",
        type=SourceType.WEBHOOK,
        allows="what the sender of the newsletter agreed to; recipients' addresses are not kept",
        link="https://www.rfc-editor.org/rfc/rfc5322",
        always_review=True,
    )
    config_type: ClassVar[type[MailConfig]] = MailConfig

    config: MailConfig

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """0.9 for a mail or a mailbox by its heading lines."""
        head = payload.content[:_SNIFFED].lstrip()
        if payload.content_type.startswith(("message/rfc822", "application/mbox")):
            return 0.95
        lines = {name.lower() for name in _NAMES.findall(head.split(b"\n\n")[0].split(b"\r\n\r\n")[0])}
        mail = head.startswith(b"From ") or bool(_HEADER.match(head))
        return 0.9 if mail and {b"from", b"date"} <= lines else 0.0

    def check_credentials(self, http: HttpClient) -> None:
        """Nothing is asked of anyone."""

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """Nothing to fetch: mails are loaded."""
        yield from ()

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of all mails in it; PARTIAL, since the next letter says nothing of the last one's.
        Raises SchemaChanged for what is no mail."""
        mails = _mails(payload.content)
        if not mails or not any(_HEADER.search(mail[:20_000]) for mail in mails):
            raise SchemaChanged("neither a mail nor a mailbox")
        records = (record for mail in mails for record in self._read(mail, payload, params))
        return Page(
            payload=payload,
            records=islice(records, params.limit),
            coverage=Coverage.PARTIAL,
            cut=params.limit is not None or len(mails) == MAX_MAILS,
        )

    def _read(self, content: bytes, payload: RawPayload, params: FetchParams) -> list[RawRecord | Dropped]:
        mail = message_from_bytes(_bounded(content), policy=_POLICY)
        if not isinstance(mail, EmailMessage):
            return [Dropped(reason="no mail")]
        calendars = [
            record for part in _parts(mail, "text/calendar") for record in _calendar(part, payload, params)
        ]
        if any(isinstance(record, RawRecord) for record in calendars):
            return calendars  # structured data first
        about, text = self._about(mail)
        if not text:
            return [
                Dropped(reason="no text", external_id=about.external_id, title=about.title, raw=about.raw)
            ]
        prose = Prose(
            title=about.title,
            text=text,
            now=params.now,
            published=about.published,
            language=about.language or params.language,
            timezone=params.timezone,
            venue=self.config.venue,
        )
        return announced(prose, about, params)

    def _about(self, mail: EmailMessage) -> tuple[RawRecord, str]:
        """What the mail says of itself, and its text. Neither recipients nor the sender's address are
        kept."""
        notes = ["read from a mail"]
        name = bounded_id(_header(mail, "message-id").strip("<> "), notes=notes)
        title = _REPLY.sub("", _header(mail, "subject"))[:MAX_TITLE]
        sender, address = _address(_header(mail, "from"))
        sender = sender[:MAX_LINE]
        text = _without_recipients(_text(mail), mail)
        about = RawRecord(
            external_id=name,
            stable_id=bool(name),
            title=title,
            description=text[:MAX_DESCRIPTION],
            organizer=_sender(sender, address) if sender and "@" not in sender else None,
            language=_header(mail, "content-language")[:20],
            method=ExtractionMethod.TEXT,
            metadata={"start_from": "mail"},
            published=_date(mail),
            raw=f"{title}\n\n{text}"[:MAX_RAW],
            notes=tuple(notes),
        )
        return about, text


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


def _bounded(content: bytes) -> bytes:
    """A mail up to where it has more parts, or more mails within mails, than any letter."""
    for pattern, most in ((_NESTED, _MOST_NESTED), (_BOUNDARY, _MOST_BOUNDARIES)):
        last = next(islice(pattern.finditer(content), most, None), None)
        content = content[: last.start()] if last else content
    return content


def _mails(content: bytes) -> list[bytes]:
    """The mails of a mailbox, or the one mail, at most `MAX_MAILS`."""
    starts = [found.end() for found in islice(_MBOX.finditer(content), MAX_MAILS)]
    if not starts:
        return [content] if content.strip() else []
    ends = [found.start() for found in islice(_MBOX.finditer(content), 1, MAX_MAILS)]
    return [content[start:end] for start, end in zip(starts, [*ends, len(content)], strict=False)]


def _parts(mail: EmailMessage, kind: str) -> Iterator[EmailMessage]:
    for part in islice(mail.walk(), MAX_PARTS):
        if part.get_content_type() == kind and isinstance(part, EmailMessage):
            yield part


def _calendar(part: EmailMessage, payload: RawPayload, params: FetchParams) -> list[RawRecord | Dropped]:
    """The events of an attached calendar; none where it is broken."""
    inner = RawPayload(url=payload.url, content=_bytes(part), content_type="text/calendar")
    try:
        return list(ICal(ICalConfig()).read(inner, params).records)
    except SchemaChanged:
        return []


def _text(mail: EmailMessage) -> str:
    """The text of a mail: its HTML, which keeps links with their words, else its plain text. Heads of mails
    that were passed on are left out."""
    html = next((text for part in _parts(mail, "text/html") if (text := _words(part)).strip()), "")
    plain = next((text for part in _parts(mail, "text/plain") if (text := _words(part)).strip()), "")
    text = text_of_html(html) if html else plain
    if not any(map(_FORWARDED.match, text.split("\n"))):
        return text.strip()
    return _without_lines(_without_lines(text, _FORWARDED, "> \t\r-"), _PASSED_ON, "> \t\r*").strip()


def _without_lines(text: str, pattern: patterns.Pattern[str], marks: str) -> str:
    """The text with nothing in the place of the lines that begin as `pattern` says, and of those before them
    that hold nothing but `marks`."""
    kept: list[str] = []
    waiting: list[str] = []
    for line in text.split("\n"):
        if not line.strip(marks):
            waiting.append(line)
            continue
        begun = pattern.match(line)
        kept += [""] if begun else [*waiting, line]
        waiting.clear()
    return "\n".join([*kept, *waiting])


def _without_recipients(text: str, mail: EmailMessage) -> str:
    """The text without the addresses that it was sent to, which letters repeat beside "unsubscribe"."""
    headings = [str(value) for name, value in mail.raw_items() if name.lower() in _RECIPIENTS]
    recipients = {address.casefold() for heading in headings for address in _ADDRESS.findall(heading)}
    return (
        _ADDRESS.sub(lambda found: "" if found.group().casefold() in recipients else found.group(), text)
        if recipients
        else text
    )


def _words(part: EmailMessage) -> str:
    charset = part.get_content_charset() or ""
    return decode(_bytes(part), content_type=f"text/plain; charset={charset}" if charset else "").text


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _header(mail: EmailMessage, name: str) -> str:
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


def _address(heading: str) -> tuple[str, str]:
    """Name and address of a sender; nothing of one in more brackets than can be followed."""
    try:
        return parseaddr(heading)
    except RecursionError:
        return "", ""


def _sender(name: str, address: str) -> OrganizerRef:
    """Who wrote; a person where the address is one of free mail, so that numbers and addresses in the text
    are taken out."""
    return OrganizerRef(
        name=name, type=OrganizerType.INDIVIDUAL if is_free_mail(address) else OrganizerType.UNKNOWN
    )


def _date(mail: EmailMessage) -> datetime | None:
    """When it was written, aware; a mail without an offset is taken as UTC."""
    try:
        written = parsedate_to_datetime(_header(mail, "date"))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return written if written.tzinfo else written.replace(tzinfo=UTC)  # RFC 5322, 3.3: -0000
