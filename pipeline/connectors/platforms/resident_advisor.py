"""Resident Advisor: an area's public listing, read as any page with event markup. Configuration only;
unproven against the live site."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlsplit

from pipeline import patterns
from pipeline.connectors.formats.page import PageConfig, PageConnector
from pipeline.connectors.support.platform import Platform, is_on
from pipeline.connectors.support.remote import fetch_one
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import SourceType, Tier
from pipeline.contract.exceptions import ConfigInvalid
from pipeline.contract.http import HttpClient
from pipeline.contract.raw import RawPayload

SITE: Final = "https://ra.co"
_HOSTS: Final = ("ra.co", "residentadvisor.net")
_AREA: Final = patterns.compile(r"^/events/([a-z]{2}/[a-z0-9-]+)/?$")


@dataclass(frozen=True, kw_only=True, slots=True)
class ResidentAdvisorConfig:
    """Which listing of Resident Advisor's to read."""

    area: str = field(
        default="",
        metadata={
            "help": "Country and area as in the listing's address, such as us/losangeles in ra.co/events/us/losangeles."
        },
    )
    url: str = field(
        default="",
        metadata={
            "help": "In place of an area: the address of another page, such as a club's or an event's."
        },
    )


class ResidentAdvisorConnector(Platform):
    """Reads Resident Advisor's pages through the connector `page`."""

    metadata: ClassVar[Metadata] = Metadata(
        name="resident_advisor",
        title="Resident Advisor",
        type=SourceType.PAGE,
        tier=Tier.CONFIGURATION,
        hosts=_HOSTS,
        allows="Public pages, as robots.txt and the terms allow. A site that refuses is recorded as refusing.",
        quota="None stated; once a day is plenty.",
        storage="While the event is listed.",
        attribution="Link to the event's page on Resident Advisor.",
        sunset="There is no public API; the site's own GraphQL is not for others.",
        terms="https://ra.co/terms",
        link="https://ra.co",
    )
    config_type: ClassVar[type[ResidentAdvisorConfig]] = ResidentAdvisorConfig
    site: ClassVar[str] = SITE

    config: ResidentAdvisorConfig

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """The area or page behind an address of Resident Advisor's."""
        if not is_on(url, _HOSTS):
            return None
        path = urlsplit(url).path
        found = _AREA.match(path)
        return {"area": found.group(1)} if found else {"url": url} if path.strip("/") else None

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """One conditional request. Raises ConfigInvalid where neither area nor page is named."""
        if not self.config.area and not self.config.url:
            raise ConfigInvalid("area: missing; give country and area, such as us/losangeles")
        yield from fetch_one(
            self, self.config.url or f"{self.site}/events/{quote(self.config.area, safe='/')}", params, http
        )

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """As `page`. Raises SchemaChanged where the page has no event markup."""
        return PageConnector(PageConfig(words=False)).read(payload, params)
