"""Mails and mailboxes (RFC 5322, RFC 4155): newsletters as prose, dated by the mail itself. What a mail
attaches as a calendar is read as one."""

from dataclasses import dataclass
from email.message import EmailMessage
from itertools import islice
from typing import ClassVar, Final

from pipeline import patterns
from pipeline.connectors.formats.ical import ICal, ICalConfig
from pipeline.connectors.inbound.mail.letter import letter
from pipeline.connectors.inbound.mail.message import (
    MAX_MAILS,
    content_of,
    heading,
    mails_of,
    name_and_address,
    parsed,
    parts,
    written_at,
)
from pipeline.connectors.support.platform import setting
from pipeline.connectors.support.pushed import Pushed
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, ExtractionMethod, OrganizerType, SourceType
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.normalized import OrganizerRef
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.prose import Prose, announced
from pipeline.text.contacts import is_free_mail
from pipeline.text.decoding import MAX_DESCRIPTION, MAX_LINE, MAX_RAW, MAX_TITLE, bounded_id

_SNIFFED: Final = 4_000
_HEADER: Final = patterns.compile(
    rb"^(?:From|To|Subject|Date|Received|Return-Path|Delivered-To|MIME-Version|Message-ID|X-[\w-]+|DKIM-Signature|List-[\w-]+)\s*:",
    patterns.IGNORECASE | patterns.MULTILINE,
)
_NAMES: Final = patterns.compile(rb"^([\w-]++)\s*+:", patterns.MULTILINE, longest=_SNIFFED)
_REPLY: Final = patterns.compile(r"^\s*+(?:(?:re|aw|fwd?|wg|tr|rv|i|sv)\s*+:\s*+)++", patterns.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class MailConfig:
    """Where the sender's events are held."""

    venue: str = setting("Where the sender's events take place, for mails that name no place.")


class MailConnector(Pushed):
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

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of all mails in it; PARTIAL, since the next letter says nothing of the last one's.
        Raises SchemaChanged for what is no mail."""
        mails = mails_of(payload.content)
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
        mail = parsed(content)
        if mail is None:
            return [Dropped(reason="no mail")]
        calendars = [
            record for part in parts(mail, "text/calendar") for record in _calendar(part, payload, params)
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
        name = bounded_id(heading(mail, "message-id").strip("<> "), notes=notes)
        title = _REPLY.sub("", heading(mail, "subject"))[:MAX_TITLE]
        name_of_sender, address = name_and_address(heading(mail, "from"))
        text = letter(mail)
        about = RawRecord(
            external_id=name,
            stable_id=bool(name),
            title=title,
            description=text[:MAX_DESCRIPTION],
            organizer=_organizer(name_of_sender[:MAX_LINE], address),
            language=heading(mail, "content-language")[:20],
            method=ExtractionMethod.TEXT,
            metadata={"start_from": "mail"},
            published=written_at(mail),
            raw=f"{title}\n\n{text}"[:MAX_RAW],
            notes=tuple(notes),
        )
        return about, text


def _calendar(part: EmailMessage, payload: RawPayload, params: FetchParams) -> list[RawRecord | Dropped]:
    """The events of an attached calendar; none where it is broken."""
    inner = RawPayload(url=payload.url, content=content_of(part), content_type="text/calendar")
    try:
        return list(ICal(ICalConfig()).read(inner, params).records)
    except SchemaChanged:
        return []


def _organizer(name: str, address: str) -> OrganizerRef | None:
    """Who wrote, where the mail gives a name; a person where the address is one of free mail, so that numbers
    and addresses in the text are taken out."""
    if not name or "@" in name:
        return None
    kind = OrganizerType.INDIVIDUAL if is_free_mail(address) else OrganizerType.UNKNOWN
    return OrganizerRef(name=name, type=kind)
