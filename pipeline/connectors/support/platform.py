"""What a connector is unless it says otherwise: it knows its configuration and its keys, and claims
nothing."""

from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import urlsplit

from pipeline.connectors.support.json_text import parse_json
from pipeline.contract.connector import NO_CREDENTIALS, Credentials, FetchParams, Metadata, Page
from pipeline.contract.exceptions import CredentialsMissing, SchemaChanged
from pipeline.contract.http import HttpClient
from pipeline.contract.raw import RawPayload
from pipeline.text.decoding import decode_payload


class Platform:
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

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """Ask the HTTP client, yield pages through `read`."""
        raise NotImplementedError

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The records of one answer."""
        raise NotImplementedError

    def key(self, name: str = "key") -> str:
        """The credential of that name. Raises CredentialsMissing, naming the variable that would give it."""
        value = self.credentials.get(name)
        if value:
            return value
        variables = " and ".join(self.metadata.variables) or "a credential of the source"
        raise CredentialsMissing(
            f"{self.metadata.title} needs a key: set {variables}, or give the source a credential."
        )


def json_of(payload: RawPayload) -> Any:
    """The JSON value of an answer. Raises SchemaChanged where it is none."""
    try:
        return parse_json(decode_payload(payload).text, strict=False)
    except ValueError as error:
        raise SchemaChanged(f"the answer is no JSON: {str(error)[:200]}") from error


def is_on(url: str, hosts: tuple[str, ...]) -> bool:
    """Whether a web address is on one of `hosts` or a subdomain of one."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and any(host == one or host.endswith("." + one) for one in hosts)
