"""A platform on loopback that requires a bearer key and answers with a calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from pytest_httpserver import HTTPServer

from pipeline.connectors import registry
from pipeline.connectors.formats.ical import ICal
from pipeline.connectors.support.platform import Platform, payload_of
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import CredentialKind, SourceType
from pipeline.contract.http import HttpClient
from pipeline.contract.raw import RawPayload
from sources.models import Source
from tests.sources.feeds import feed_source

NAME, VARIABLE = "club_api", "CLUB_API_KEY"


@dataclass(frozen=True, kw_only=True, slots=True)
class ClubConfig:
    """`url`: the address of its API."""

    url: str = ""


class Club(Platform):
    """Fetches `url?page=1` with its key in a header and, as for some platforms, in the query."""

    metadata: ClassVar[Metadata] = Metadata(
        name=NAME,
        title="Club",
        type=SourceType.API,
        variables=(VARIABLE,),
        credential=CredentialKind.KEY,
        needs_key=True,
        keeps_days=7,
    )
    config_type: ClassVar[type[Any]] = ClubConfig

    def check_credentials(self, http: HttpClient) -> None:
        """Request our own account."""
        http.get(f"{self.config.url}/me", headers={"authorization": f"Bearer {self.token}"})

    @property
    def token(self) -> str:
        return self.credentials.get("access_token") or self.key()

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """One page."""
        answer = http.get(f"{self.config.url}/events", params={"page": "1", "pass_key": self.token})
        yield self.read(payload_of(answer), params)

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """Read it as a calendar."""
        return ICal(ICal.config_type()).read(payload, params)


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the platform to the table of connectors."""
    monkeypatch.setitem(registry.CONNECTORS, NAME, Club)


def reachable(httpserver: HTTPServer, settings: Any) -> str:
    """Let the HTTP clients of this test reach the server; returns its address."""
    settings.EGRESS_ALLOW_LOOPBACK = True
    settings.EGRESS_ALLOWED_PORTS = {httpserver.port}
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    return httpserver.url_for("").rstrip("/")


def club_source(url: str, slug: str = "club", **fields: Any) -> Source:
    return feed_source(slug, **{"connector": NAME, "type": "api", "config": {"url": url}, **fields})
