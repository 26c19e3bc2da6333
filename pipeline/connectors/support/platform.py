"""What a connector is unless it says otherwise: it knows its configuration and its keys, and claims
nothing."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol
from urllib.parse import urlsplit

from pipeline.connectors.support.json_text import parse_json
from pipeline.contract.connector import NO_CREDENTIALS, Credentials, FetchParams, Metadata, Page
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http import HttpClient, Response
from pipeline.contract.raw import RawPayload
from pipeline.text.decoding import decode_payload


class Platform(ABC):
    """The base of all connectors (`pipeline.contract.connector.Connector`)."""

    metadata: ClassVar[Metadata]
    config_type: ClassVar[type[Any]]

    def __init__(self, config: Any, credentials: Credentials = NO_CREDENTIALS) -> None:
        self.config = config
        self.credentials = credentials

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """Nothing, by its bytes."""
        return 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """Nothing, by its address."""
        return None

    @classmethod
    def config_from_page(cls, html: str, url: str) -> dict[str, Any] | None:
        """Nothing, by a page of the site: `html` as it came, `url` its address."""
        return None

    def check_credentials(self, http: HttpClient) -> None:
        """Nothing to check but that a key is there where one is needed."""
        if self.metadata.needs_key:
            self.key()

    @abstractmethod
    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """Ask the HTTP client, yield pages through `read`."""

    @abstractmethod
    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The records of one answer."""

    def key(self, name: str = "key") -> str:
        """The credential of that name. Raises CredentialsMissing, naming the variable that would give it."""
        value = self.credentials.get(name)
        if value:
            return value
        variables = " and ".join(self.metadata.variables) or "a credential of the source"
        raise CredentialsMissing(
            f"{self.metadata.title} needs a key: set {variables}, or give the source a credential."
        )


def setting(meaning: str, default: Any = "") -> Any:
    """One entry of a connector's configuration: what it means, and its default."""
    return field(default=default, metadata={"help": meaning})


def json_of(payload: RawPayload) -> Any:
    """The JSON value of an answer. Raises SchemaChanged where it is none."""
    try:
        return parse_json(decode_payload(payload).text, strict=False)
    except ValueError as error:
        raise SchemaChanged(f"the answer is no JSON: {str(error)[:200]}") from error


def first_byte(payload: RawPayload) -> bytes:
    """The first byte of a payload's content, after a byte order mark and space: `<` begins markup, `{` or `[`
    JSON."""
    return payload.content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]


def has_marks(payload: RawPayload, groups: tuple[tuple[bytes, ...], ...]) -> bool:
    """Whether a payload has all texts of one of these groups."""
    return any(all(mark in payload.content for mark in marks) for marks in groups)


def path_parts(url: str, hosts: tuple[str, ...]) -> list[str] | None:
    """The parts of a web address's path that are not empty; None where it is not on one of `hosts`."""
    return [part for part in urlsplit(url).path.split("/") if part] if is_on(url, hosts) else None


def is_on(url: str, hosts: tuple[str, ...]) -> bool:
    """Whether a web address is on one of `hosts` or a subdomain of one."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and any(host == one or host.endswith("." + one) for one in hosts)


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressConfig:
    """`url`: where to ask. `complete`: the answer always lists all upcoming events, so that what is absent is
    gone."""

    url: str = field(default="", metadata={"help": "Address of the feed or page."})
    complete: bool = field(
        default=False,
        metadata={"help": "The answer always lists all upcoming events: what is absent is gone."},
    )


class Reads(Protocol):
    """A connector, as far as `fetch_one` needs to know it."""

    def read(self, payload: RawPayload, params: FetchParams) -> Page: ...


def payload_of(response: Response) -> RawPayload:
    """The payload of an answer, with its charset still in the content type."""
    return RawPayload(
        url=response.url,
        content=response.content,
        content_type=response.headers.get("content-type", ""),
        status=response.status,
        fetched_at=response.fetched_at,
    )


def fetch_one(
    connector: Reads, url: str, params: FetchParams, http: HttpClient, **request: Any
) -> Iterator[Page]:
    """One conditional GET of `url`, read. Raises ConfigInvalid without a url, NotModified on a 304, and any
    other EgressError."""
    if not url:
        raise ConfigInvalid("url: missing; give the address of the feed or page")
    yield connector.read(payload_of(http.get(url, conditional=True, **request)), params)
