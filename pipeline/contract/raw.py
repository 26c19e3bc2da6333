"""What connectors take and give, frozen and free of Django: the whole contract between the outside world and
the pipeline."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from egress.records import Door
from egress.records import Quota as Quota  # part of this contract
from events.enums import ExtractionMethod
from events.records import Image, NormalizedEvent, OrganizerRef, Recurrence, Venue
from sources.enums import Coverage, CredentialKind, SourceType, Tier

if TYPE_CHECKING:
    from pipeline.contract.prose import Extractor
from pipeline.contract.fields import SimpleFacts
from pipeline.contract.quality import QualityRules

#: A moment as the source says it: aware datetime; naive datetime (floating, zone to be found); date (all-day
#: or time unknown); or text still to be read ("Sat 12 Dec, 8pm").
RawTime = datetime | date | str


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchParams:
    """What is asked of a connector. `lat`, `lng` in degrees, `radius_km`; `start` and `end` bound occurrences
    (aware); `now` is the clock, frozen by `--now`; `timezone` and `language` are the source's, where it says
    so. `extractor` reads prose (the rules where None)."""

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
    extractor: "Extractor | None" = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RawPayload:
    """Bytes as they came, and where from. A file counts as fetched from `--base-url`."""

    url: str
    content: bytes
    content_type: str = ""
    status: int = 200
    fetched_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RawRecord(SimpleFacts):
    """One occurrence in the source's own words, one field each, not yet cleaned, zoned, located or
    categorized.

    `external_id` is the source's stable id ('' where it has none: `stable_id` False, and a fingerprint
    serves). `raw` is the part of the payload that it was read from. `timezone` is the event's own zone,
    `calendar_timezone` that of its calendar. `last_day_inclusive` says that an all-day `end` already is the
    last day. `opening_hours` (OpenStreetMap syntax) belongs to what goes on for days. `published` dates the
    source's text, for relative dates in prose. `notes` are truncations and guesses, for people.
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
    opening_hours: str = ""
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

    `external_id` and `recurrence_id` where they could be read, so that what is merely broken today is not
    called missing."""

    reason: str
    external_id: str = ""
    recurrence_id: str = ""
    title: str = ""
    detail: str = ""
    raw: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceRecord:
    """What a platform says of one place, in its own words. `external_ids` by platform (`google_place_id`, …);
    `opening_hours` in OpenStreetMap's syntax where it could be built; `open_now` None where it is not said;
    `closed_for_good` ends the place; `rating` 0 to 5; `photos` are addresses with their credit. `observed_at`
    aware."""

    name: str
    external_ids: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    address: str = ""
    city: str = ""
    country: str = ""
    lat: float | None = None
    lng: float | None = None
    plus_code: str = ""
    timezone: str = ""
    phone: str = ""
    website: str = ""
    url: str = ""
    rating: float | None = None
    rating_count: int | None = None
    price_level: int | None = None
    photos: tuple[Image, ...] = ()
    opening_hours: str = ""
    open_now: bool | None = None
    closed_for_good: bool = False
    observed_at: datetime | None = None
    attribution: str = ""
    raw: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class WeatherRecord:
    """The weather at a point, as a platform tells it. Temperatures in degrees Celsius, wind in m/s,
    `precipitation` the probability from 0 to 1.

    `condition_code` is the platform's number, `condition` its word in plain English. Without `temperature_c`
    the record is a forecast alone. `hourly` and `daily` are steps of a forecast, each a mapping with `at`
    (ISO 8601) and the fields above, with `min_c` and `max_c` for a day. `observed_at` and `valid_until`
    aware.
    """

    observed_at: datetime
    valid_until: datetime
    lat: float | None = None
    lng: float | None = None
    city: str = ""
    country: str = ""
    temperature_c: float | None = None
    feels_like_c: float | None = None
    condition_code: int | None = None
    condition: str = ""
    precipitation: float | None = None
    wind_ms: float | None = None
    hourly: tuple[Mapping[str, Any], ...] = ()
    daily: tuple[Mapping[str, Any], ...] = ()
    attribution: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One payload and what was read from it. `records` may be a lazy iterator, read once. `covered_until`
    belongs to WINDOWED. `places` are what the answer says of places themselves, `weather` what it says of the
    weather, with or without events.

    `fresh_for` is how long the answer says that it is worth keeping (RSS ttl; iCalendar REFRESH-INTERVAL, RFC
    7986, 5.7). `cut` says that this very answer is incomplete (truncated, or stopped at a limit), not merely
    a kind that never lists all."""

    payload: RawPayload
    records: Iterable[RawRecord | Dropped]
    coverage: Coverage = Coverage.COMPLETE
    covered_until: datetime | None = None
    cut: bool = False
    checkpoint: Mapping[str, Any] = field(default_factory=dict)
    calendar_name: str = ""
    fresh_for: timedelta | None = None
    places: tuple[PlaceRecord, ...] = ()
    weather: tuple[WeatherRecord, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Metadata:
    """What an operator should know before turning a connector on, as data that the software obeys.

    `hosts`: the platform's names (a suffix matches its subdomains). `allows`: what the key may fetch, in
    words; `quotas`: what it may ask, as numbers, and `quota` the same in words. `storage` and `keeps_days`:
    how long what came may be kept. `attribution`: what the platform wants readers to see, in words for
    operators, and `credit` the words themselves where the link that an event's page has anyway is not enough;
    they stand beside it. `sunset`: what the platform has retired or will. `terms`, `link`: addresses of the
    terms and of the API's documentation. `variables`: environment variables that hold its keys, `credential`
    their kind; without `needs_key` the connector reads something without them too. `at_once`: so many runs
    may ask its hosts at the same time, where their answers are small and the quota is what bounds them.
    `always_review`: nothing of it is published without a person. `missing_means_cancelled`: what a complete
    answer leaves out was called off.
    """

    name: str
    title: str
    type: SourceType
    tier: Tier = Tier.PROVED
    hosts: tuple[str, ...] = ()
    allows: str = ""
    quota: str = ""
    quotas: tuple[Quota, ...] = ()
    storage: str = ""
    keeps_days: int | None = None
    attribution: str = ""
    credit: str = ""
    sunset: str = ""
    terms: str = ""
    link: str = ""
    variables: tuple[str, ...] = ()
    credential: CredentialKind = CredentialKind.NONE
    needs_key: bool = False
    at_once: int = 1
    always_review: bool = False
    missing_means_cancelled: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """What opens a platform, in clear, for as long as a run lasts. `values` by name (`key`, `username`,
    `password`, `access_token`, …)."""

    kind: CredentialKind = CredentialKind.NONE
    values: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Never the secrets: this may reach a log or a traceback."""
        return f"Credentials({self.kind.value or 'none'}, {', '.join(sorted(self.values)) or 'empty'})"

    def __bool__(self) -> bool:
        return any(self.values.values())

    def get(self, name: str) -> str:
        """The value of that name, '' where there is none."""
        return self.values.get(name, "")


#: For connectors that are open to all.
NO_CREDENTIALS = Credentials()


class Connector(Protocol):
    """One file in `pipeline/connectors/`, built with its typed configuration and its keys. Imports neither
    django nor models, queries or services.

    `read` is pure: the same bytes give the same records, so that a file, a fetch and a replay of a kept
    payload are one way. It raises `SchemaChanged` for an answer of the wrong shape. `fetch` asks the door and
    yields pages through `read`. `recognizes` scores from 0 to 1 how surely a payload is this connector's
    kind; `config_for` gives the configuration that reads a web address of its platform, None for others;
    `config_from_page` that of a site whose page betrays the platform (all for detection). `check_credentials`
    asks the platform whether the keys are good: CredentialsMissing names the variable, an EgressError says
    what the platform answered. A base with the usual answers is `connectors/platform.py`.
    """

    metadata: ClassVar[Metadata]
    config_type: ClassVar[type[Any]]

    def __init__(self, config: Any, credentials: Credentials = NO_CREDENTIALS) -> None: ...

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float: ...

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None: ...

    @classmethod
    def config_from_page(cls, html: str, url: str) -> dict[str, Any] | None: ...

    def check_credentials(self, door: Door) -> None: ...

    def fetch(self, params: FetchParams, door: Door) -> Iterator[Page]: ...

    def read(self, payload: RawPayload, params: FetchParams) -> Page: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceContext:
    """What the steps need to know of the source and the moment, for a whole batch. `city` is a slug, '' where
    the source has none; `quality` are the gates as they were set when the run began, `usual_hours` how long
    its events of a category last, where it told enough ends, `usual_categories` how many events of each
    category it told of; `step_seconds` is the processor time that one record may take in one step."""

    source_key: str = ""
    source_name: str = ""
    city: str = ""
    timezone: str = ""
    language: str = ""
    trust: str = "normal"
    default_category: str = ""
    now: datetime
    horizon_days: int = 400
    usual_hours: Mapping[str, float] = field(default_factory=dict)
    usual_categories: Mapping[str, int] = field(default_factory=dict)
    quality: QualityRules = QualityRules()
    step_seconds: float = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """One record on its way through the steps: what was read, what it has become, and why it stopped, if it
    did.

    `place_id` is the known place; where there is none one is made of `place_name`, the house without the
    room. `told_at` is the point that was given for the venue (`pipeline.geography.coordinates.point_key`), whether it was
    believed or not."""

    raw: RawRecord
    event: NormalizedEvent
    place_id: str = ""
    place_name: str = ""
    told_at: str = ""
    city: str = ""
    area: str = ""
    dropped: str = ""
    notes: tuple[str, ...] = ()


#: A step is a pure function over a batch: same length, same order. It marks what it drops and never raises
#: for one bad record.
Step = Callable[[list[Draft], SourceContext, Any], list[Draft]]
