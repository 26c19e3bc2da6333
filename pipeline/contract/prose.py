"""What goes into an extractor and what comes out: a text with what is known around it, and records with the
evidence for each field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from pipeline.contract.raw import Dropped, RawRecord

#: Characters of one text that are looked at.
MAX_PROSE = 60_000
#: Events of one text, at most.
MAX_EVENTS = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Prose:
    """A text that may announce events, and what is known around it.

    `text` is plain, with its line breaks, and web addresses in it as they are; `title` a headline that stands
    apart from it (an article's, a mail's subject). `published` is the moment of writing (aware), `now` the
    clock, which stands for it where it is not told. `language` is a tag such as `en-IN`, `timezone` an IANA
    name, `city` the source's slug. `url` is where it was published, `venue` where its author's events are
    held unless the text names another place, `author` whose events they are: a title for a list of dates that
    bears none.
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
        """The day of writing where it was written: what "tomorrow" in the text counts from."""
        moment = self.published or self.now
        return (moment.astimezone(_zone(self.timezone)) if moment.tzinfo and self.timezone else moment).date()

    @property
    def month_first(self) -> bool | None:
        """Whether 3/4 is the fourth of March: in America, and in American English; None where nothing
        tells."""
        tag = self.language.lower().replace("_", "-")
        if tag.startswith("en-us") or (self.timezone.startswith("America/") and tag[:2] in ("", "en")):
            return True
        return False if self.timezone or len(tag) > 3 or tag[:2] not in ("", "en") else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """Where each field was read: `words` by field, as they stand in the text, and `confidence` by field, from
    0 to 1."""

    words: Mapping[str, str] = field(default_factory=dict)
    confidence: Mapping[str, float] = field(default_factory=dict)

    def metadata(self) -> dict[str, object]:
        """As a record's metadata keeps it: the step `times` reads `start_confidence`, the step `extract` the
        rest."""
        return {
            "evidence": dict(self.words),
            "believed": {name: round(value, 2) for name, value in self.confidence.items()},
            "start_text": self.words.get("start", ""),
            "start_confidence": round(self.confidence.get("start", 0.0), 2),
        }


class Extractor(Protocol):
    """Reads a text into what it announces. The rules are one (`rules.py`), a language model another (`ai/`);
    a connector does not know which."""

    def extract(self, prose: Prose) -> tuple[RawRecord | Dropped, ...]:
        """A record for each event, in the order of the text, without ids and raw (the connector's); or one
        Dropped that says why there is none. Never raises for what a text holds."""
        ...


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, absolute, or a folder's name
        return None
