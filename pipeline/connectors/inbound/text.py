"""Plain texts: captions, posters' words, posts copied into a file (`.txt`), read as prose."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import ClassVar, Final

from pipeline import patterns
from pipeline.connectors.support.platform import Platform, fetch_one, setting
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, ExtractionMethod, SourceType
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.http import HttpClient
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.prose import Prose, announced
from pipeline.text.decoding import MAX_DESCRIPTION, MAX_RAW, decode_payload

#: Texts of one file that are read.
MAX_TEXTS: Final = 500

_KINDS: Final = ("text/plain", "text/markdown")
#: A line of dashes, equals signs or stars parts one text from the next.
_RULE: Final = patterns.compile(r"^[ \t]*(?:-{3,}|={3,}|\*{3,})[ \t]*$", patterns.MULTILINE)
#: What is written for machines, and is no prose: markup, JSON.
_MACHINE: Final = patterns.compile(r"\s*[<\[{]")
_LETTERS: Final = patterns.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, kw_only=True, slots=True)
class TextConfig:
    """Where the text is, and what it does not say itself."""

    url: str = setting("Address of the text; files are loaded without one.")
    written: str = setting("Day of writing (2026-11-21), from which “tonight” and “this Friday” count.")
    venue: str = setting("Where the events take place, for texts that name no place.")
    author: str = setting("Whose events they are: the title of those that bear none.")


class TextConnector(Platform):
    """Reads plain texts, one after another between lines of dashes."""

    metadata: ClassVar[Metadata] = Metadata(
        name="text",
        title="Plain text (captions, posts)",
        type=SourceType.PAGE,
        allows="what the author of the text allows",
        always_review=True,
    )
    config_type: ClassVar[type[TextConfig]] = TextConfig

    config: TextConfig

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """0.3 for words that are called plain text and are neither markup nor JSON: less than what any format
        is sure of."""
        if not payload.content_type.lower().startswith(_KINDS) or b"\0" in payload.content[:4_000]:
            return 0.0
        text = decode_payload(
            RawPayload(url="", content=payload.content[:4_000], content_type=payload.content_type)
        ).text
        return 0.3 if _LETTERS.search(text) and not _MACHINE.match(text) else 0.0

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """One conditional request."""
        yield from fetch_one(self, self.config.url, params, http)

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of all texts; PARTIAL, since a text says nothing of others. Raises SchemaChanged for
        what holds no words, ConfigInvalid for a day of writing that is none."""
        published = self._written(params)
        texts = [text.strip() for text in islice(_RULE.split(decode_payload(payload).text), MAX_TEXTS)]
        if not any(_LETTERS.search(text) for text in texts):
            raise SchemaChanged("no words in it")
        records = (record for text in texts if text for record in self._read(text, published, params))
        cut = params.limit is not None or len(texts) == MAX_TEXTS
        return Page(
            payload=payload, records=islice(records, params.limit), coverage=Coverage.PARTIAL, cut=cut
        )

    def _read(self, text: str, published: datetime | None, params: FetchParams) -> list[RawRecord | Dropped]:
        about = RawRecord(
            external_id="",
            stable_id=False,
            description=text[:MAX_DESCRIPTION],
            method=ExtractionMethod.TEXT,
            metadata={"start_from": "text"},
            published=published,
            raw=text[:MAX_RAW],
            notes=("read from a plain text",),
        )
        prose = Prose(
            text=text,
            now=params.now,
            published=published,
            language=params.language,
            timezone=params.timezone,
            url=self.config.url,
            venue=self.config.venue,
            author=self.config.author,
        )
        return announced(prose, about, params)

    def _written(self, params: FetchParams) -> datetime | None:
        """Noon of the day of writing, which is that day in every zone but the outermost; None where it is not
        told."""
        if not self.config.written:
            return None
        try:
            day = date.fromisoformat(self.config.written)
        except ValueError:
            raise ConfigInvalid(
                f"config.written: {self.config.written[:40]!r} is no day; write it as 2026-11-21."
            ) from None
        return datetime.combine(day, time(12), tzinfo=UTC)
