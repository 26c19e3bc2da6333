"""Input and output of an extractor: a text with its context, and records with evidence for each field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from pipeline.contract.raw import Dropped, RawRecord

#: Only so many characters of a text are read.
MAX_PROSE = 60_000
#: Events of one text, at most.
MAX_EVENTS = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Prose:
    """A text that may announce events, with its context.

    `text` is plain, with line breaks and web addresses as they are. `title` is a separate headline (of an
    article, the subject of a mail). `published` is when it was written (aware); where it is None, `now`
    stands for it. `language` is a tag such as `en-IN`, `timezone` an IANA name, `city` the source's slug.
    `url` is the address of publication. `venue` is where the author's events take place unless the text names
    another place. `author` is the organizer, and the title of a list of dates that has none.
    """

    text: str
    now: datetime
    title: str = ""
    published: datetime | None = None
    language: str = ""
    timezone: str = ""
    city: str = ""
    url: str = ""
    venue: str = ""
    author: str = ""

    @property
    def written(self) -> date:
        """The local day of writing, from which "tomorrow" in the text counts."""
        moment = self.published or self.now
        return (moment.astimezone(_zone(self.timezone)) if moment.tzinfo and self.timezone else moment).date()

    @property
    def month_first(self) -> bool | None:
        """Whether 3/4 is the fourth of March: in America and in American English; None where unknown."""
        tag = self.language.lower().replace("_", "-")
        if tag.startswith("en-us") or (self.timezone.startswith("America/") and tag[:2] in ("", "en")):
            return True
        return False if self.timezone or len(tag) > 3 or tag[:2] not in ("", "en") else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """Where each field was read.

    `words` by field, as they stand in the text; `confidence` by field, from 0 to 1.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    confidence: Mapping[str, float] = field(default_factory=dict)

    def metadata(self) -> dict[str, object]:
        """The evidence for a record's metadata.

        The step `times` reads `start_confidence`, the step `extract` the rest.
        """
        return {
            "evidence": dict(self.words),
            "believed": {name: round(value, 2) for name, value in self.confidence.items()},
            "start_text": self.words.get("start", ""),
            "start_confidence": round(self.confidence.get("start", 0.0), 2),
        }


class Extractor(Protocol):
    """Reads the events that a text announces.

    One implementation uses rules (`rules.py`), another a language model (`ai/`). A connector does not depend
    on which.
    """

    def extract(self, prose: Prose) -> tuple[RawRecord | Dropped, ...]:
        """A record for each event in the order of the text, or one Dropped with the reason.

        The records have neither ids nor raw; the connector adds them. Never raises because of the text's
        content.
        """
        ...


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # an unknown name, an absolute path, or a folder
        return None
