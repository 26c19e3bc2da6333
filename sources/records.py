"""What connectors take and give, frozen and free of Django: the whole contract between the outside world and the pipeline."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Protocol

from egress.records import Door
from events.enums import ExtractionMethod
from events.records import Image, NormalizedEvent, OrganizerRef, Recurrence, Venue
from sources.enums import Coverage, SourceType

#: A moment as the source says it: aware datetime; naive datetime (floating, zone to be found); date (all-day or time unknown);
#: or text still to be read ("Sat 12 Dec, 8pm").
RawTime = datetime | date | str


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchParams:
    """What is asked of a connector. `lat`, `lng` in degrees, `radius_km`; `start` and `end` bound occurrences (aware); `now` is the
    clock, frozen by `--now`; `timezone` and `language` are the source's, where it says so."""

    now: datetime
    start: datetime
    end: datetime
    lat: float | None = None
    lng: float | None = None
    radius_km: float | None = None
    category: str = ""
    limit: int | None = None
    checkpoint: Mapping[str, Any] = field(default_factory=dict)
    timezone: str = ""
    language: str = ""
    base_url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RawPayload:
    """Bytes as they came, and where from. A file counts as fetched from `--base-url`."""

    url: str
    content: bytes
    content_type: str = ""
    status: int = 200
    fetched_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RawRecord:
    """One occurrence in the source's own words, one field each, not yet cleaned, zoned, located or categorized.

    `external_id` is the source's stable id ('' where it has none: `stable_id` False, and a fingerprint serves). `raw` is the part of the payload
    that it was read from. `timezone` is the event's own zone, `calendar_timezone` that of its calendar. `last_day_inclusive` says that an all-day
    `end` already is the last day. `published` dates the source's text, for relative dates in prose. `notes` are truncations and guesses, for people.
    """

    external_id: str
    recurrence_id: str = ""
    stable_id: bool = True
    title: str = ""
    description: str = ""
    start: RawTime | None = None
    end: RawTime | None = None
    doors: RawTime | None = None
    duration_seconds: float | None = None
    previous_start: RawTime | None = None
    all_day: bool = False
    last_day_inclusive: bool = True
    timezone: str = ""
    calendar_timezone: str = ""
    recurrence: Recurrence | None = None
    venue: Venue = Venue()
    online: str = ""
    online_url: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""
    price_text: str = ""
    price_min: str = ""
    price_max: str = ""
    price_currency: str = ""
    is_free: bool | None = None
    url: str = ""
    ticket_url: str = ""
    images: tuple[Image, ...] = ()
    organizer: OrganizerRef | None = None
    performers: tuple[str, ...] = ()
    status: str = ""
    sold_out: bool = False
    capacity: int | None = None
    registration_required: bool = False
    accessibility: Mapping[str, Any] = field(default_factory=dict)
    popularity: Mapping[str, int] = field(default_factory=dict)
    setting: str = ""
    method: ExtractionMethod = ExtractionMethod.STRUCTURED
    metadata: Mapping[str, Any] = field(default_factory=dict)
    published: datetime | None = None
    raw: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Dropped:
    """A record that cannot become an event: counted by `reason` (a short stable phrase), never in silence.

    `external_id` and `recurrence_id` where they could be read, so that what is merely broken today is not called missing."""

    reason: str
    external_id: str = ""
    recurrence_id: str = ""
    title: str = ""
    detail: str = ""
    raw: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One payload and what was read from it. `records` may be a lazy iterator, read once. `covered_until` belongs to WINDOWED.

    `cut` says that this very answer is incomplete (truncated, or stopped at a limit), not merely a kind that never lists all."""

    payload: RawPayload
    records: Iterable[RawRecord | Dropped]
    coverage: Coverage = Coverage.COMPLETE
    covered_until: datetime | None = None
    cut: bool = False
    checkpoint: Mapping[str, Any] = field(default_factory=dict)
    calendar_name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Metadata:
    """What an operator should know before turning a connector on. `tier`: proved, documented, configuration. `quota` in words."""

    name: str
    title: str
    type: SourceType
    tier: str = "proved"
    allows: str = ""
    quota: str = ""
    storage: str = ""
    attribution: str = ""
    sunset: str = ""
    link: str = ""
    variables: tuple[str, ...] = ()


class Connector(Protocol):
    """One file in `sources/connectors/`, built with its typed configuration. Imports neither django nor models, queries or services.

    `read` is pure: the same bytes give the same records, so that a file, a fetch and a replay of a kept payload are one way. It raises
    `SchemaChanged` for an answer of the wrong shape. `fetch` asks the door and yields pages through `read`. `recognizes` scores from 0 to 1
    how surely a payload is this connector's kind (used by detection)."""

    metadata: ClassVar[Metadata]
    config_type: ClassVar[type[Any]]

    def __init__(self, config: Any) -> None: ...

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float: ...

    def check_credentials(self, door: Door) -> None: ...

    def fetch(self, params: FetchParams, door: Door) -> Iterator[Page]: ...

    def read(self, payload: RawPayload, params: FetchParams) -> Page: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceContext:
    """What the steps need to know of the source and the moment, for a whole batch. `city` is a slug, '' where the source has none."""

    source_key: str = ""
    source_name: str = ""
    city: str = ""
    timezone: str = ""
    language: str = ""
    trust: str = "normal"
    default_category: str = ""
    now: datetime
    horizon_days: int = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """One record on its way through the steps: what was read, what it has become, and why it stopped, if it did."""

    raw: RawRecord
    event: NormalizedEvent
    place_id: str = ""
    city: str = ""
    area: str = ""
    dropped: str = ""
    notes: tuple[str, ...] = ()


#: A step is a pure function over a batch: same length, same order. It marks what it drops and never raises for one bad record.
Step = Callable[[list[Draft], SourceContext, Any], list[Draft]]
