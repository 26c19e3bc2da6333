"""What a connector is, what it is asked and what it answers with."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol

from pipeline.contract.enums import Coverage, CredentialKind, SourceType, Tier
from pipeline.contract.http import HttpClient, Quota
from pipeline.contract.prose import Extractor
from pipeline.contract.raw import Dropped, PlaceRecord, RawPayload, RawRecord, WeatherRecord


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
    extractor: Extractor | None = None


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
    payload are one way. It raises `SchemaChanged` for an answer of the wrong shape. `fetch` asks the HTTP client and
    yields pages through `read`. `recognizes` scores from 0 to 1 how surely a payload is this connector's
    kind; `config_for` gives the configuration that reads a web address of its platform, None for others;
    `config_from_page` that of a site whose page betrays the platform (all for detection). `check_credentials`
    asks the platform whether the keys are good: CredentialsMissing names the variable, an EgressError says
    what the platform answered. A base with the usual answers is `connectors/support/platform.py`.
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

    def check_credentials(self, http: HttpClient) -> None: ...

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]: ...

    def read(self, payload: RawPayload, params: FetchParams) -> Page: ...
