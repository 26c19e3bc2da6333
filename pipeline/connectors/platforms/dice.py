"""Dice: a city's public listing, read as any page with event markup. Configuration only; unproven against the
live site."""

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

SITE: Final = "https://dice.fm"
_HOSTS: Final = ("dice.fm",)
_CITY: Final = patterns.compile(r"^[a-z_-]+-[0-9a-f]{24}$")


@dataclass(frozen=True, kw_only=True, slots=True)
class DiceConfig:
    """Which listing of Dice's to read."""

    city: str = field(
        default="",
        metadata={
            "help": "Dice's own name of the city, such as losangeles-5982e13c613de866017c3e3a in dice.fm/browse/…"
        },
    )
    url: str = field(
        default="",
        metadata={
            "help": "In place of a city: the address of another page of Dice's, such as a venue's or an event's."
        },
    )


class DiceConnector(Platform):
    """Reads Dice's pages through the connector `page`."""

    metadata: ClassVar[Metadata] = Metadata(
        name="dice",
        title="Dice",
        type=SourceType.PAGE,
        tier=Tier.CONFIGURATION,
        hosts=_HOSTS,
        allows="Public pages, as robots.txt and the terms allow.",
        quota="None stated; once a day is plenty.",
        storage="While the event is listed.",
        attribution="Link to the event's page on Dice.",
        sunset="There is no public API; partners get one by contract.",
        terms="https://dice.fm/dice_terms_of_use.html",
        link="https://dice.fm",
    )
    config_type: ClassVar[type[DiceConfig]] = DiceConfig
    site: ClassVar[str] = SITE

    config: DiceConfig

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """The city or page behind an address of Dice's."""
        if not is_on(url, _HOSTS):
            return None
        parts = [part for part in urlsplit(url).path.split("/") if part]
        city = next((part for part in parts if _CITY.match(part)), "") if parts[:1] == ["browse"] else ""
        return {"city": city} if city else {"url": url} if parts else None

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """One conditional request. Raises ConfigInvalid where neither city nor page is named."""
        if not self.config.city and not self.config.url:
            raise ConfigInvalid("city: missing; give Dice's own name of the city, as in dice.fm/browse/…")
        yield from fetch_one(
            self, self.config.url or f"{self.site}/browse/{quote(self.config.city, safe='')}", params, http
        )

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """As `page`. Raises SchemaChanged where the page has no event markup."""
        return PageConnector(PageConfig(words=False)).read(payload, params)
