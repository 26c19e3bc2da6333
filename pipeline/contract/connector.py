"""The Protocol of a connector, the parameters that it gets, and the pages that it returns."""

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
    """The parameters of one fetch.

    `lat` and `lng` are degrees. `start` and `end` (aware) bound the occurrences. `now` is the clock, frozen
    by `--now`. `timezone` and `language` are those of the source, where it states them. `extractor` reads
    prose; None means the rules.
    """

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
    """One payload and what was read from it.

    `records` may be a lazy iterator, which is read once. `covered_until` is used with Coverage.WINDOWED.
    `places` and `weather` are facts about places and the weather; a page may have them without events.
    `fresh_for` is how long the answer may be cached by its own statement (RSS ttl; iCalendar
    REFRESH-INTERVAL, RFC 7986, 5.7). `cut` marks an answer that is incomplete (truncated, or stopped at a
    limit), as opposed to a kind of answer that never lists everything.
    """

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
    """What an operator should know before switching a connector on, as data that the code uses.

    `hosts`: the platform's host names; a suffix matches its subdomains.
    `allows`: what the key may fetch, as a sentence. `quotas`: the request quotas as numbers; `quota`: the
    same as a sentence.
    `storage`, `keeps_days`: how long fetched data may be stored.
    `attribution`: what readers must see by its terms, described for operators. `credit`: the text that an
    event's page shows beside its usual link, where the link alone is not enough.
    `sunset`: what the platform has retired or will retire.
    `terms`, `link`: addresses of the terms and of the API's documentation.
    `variables`: environment variables that hold the keys. `credential`: their kind. Without `needs_key` the
    connector also reads something without keys.
    `at_once`: how many runs may query its hosts at the same time, where answers are small and the quota is
    the real limit.
    `always_review`: nothing is published without a moderator.
    `missing_means_cancelled`: an event that a complete answer leaves out was cancelled.
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
    """The credentials of a platform, decrypted, kept only as long as a run lasts.

    `values` by name (`key`, `username`, `password`, `access_token`, …).
    """

    kind: CredentialKind = CredentialKind.NONE
    values: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Leave out the secrets: this may reach a log or a traceback."""
        return f"Credentials({self.kind.value or 'none'}, {', '.join(sorted(self.values)) or 'empty'})"

    def __bool__(self) -> bool:
        return any(self.values.values())

    def get(self, name: str) -> str:
        """The value of that name, '' where there is none."""
        return self.values.get(name, "")


#: For connectors that need no credentials.
NO_CREDENTIALS = Credentials()


class Connector(Protocol):
    """One file in `pipeline/connectors/`, built with its typed configuration and its keys.

    A connector imports neither Django nor models, queries or services. A base class with the usual answers is
    `connectors/support/platform.py`.

    `read` is pure: the same bytes give the same records, so a file, a fetch and a replay of a kept payload
    use the same code. It raises SchemaChanged for an answer of the wrong shape.

    `fetch` sends requests through the HTTP client and yields pages through `read`.

    For detection: `recognizes` scores from 0 to 1 how surely a payload is of this connector's kind.
    `config_for` returns the configuration for a web address of its platform, None for other addresses.
    `config_from_page` returns the configuration for a site whose page shows that it uses the platform.

    `check_credentials` asks the platform whether the keys are valid. It raises CredentialsMissing, which
    names the variable, or an EgressError with the platform's answer.
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
