"""LBB (Little Black Book): a city's numbered list of events, with the events' own pages. Configuration only;
unproven against the live site."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlsplit

from pipeline import patterns
from pipeline.connectors.formats.scraper.config import ScraperConfig
from pipeline.connectors.formats.scraper.ready import ReadyScraper
from pipeline.connectors.support.platform import is_on
from pipeline.contract.connector import Metadata
from pipeline.contract.enums import SourceType, Tier

SITE: Final = "https://lbb.in"
_HOSTS: Final = ("lbb.in",)
_LIST: Final = patterns.compile(r"^/([a-z-]+)/events/?$")


@dataclass(frozen=True, kw_only=True, slots=True)
class LbbConfig:
    """Which of LBB's lists to read."""

    city: str = field(
        default="bangalore",
        metadata={"help": "The city as in the site's addresses: bangalore in lbb.in/bangalore/events/."},
    )
    url: str = field(
        default="",
        metadata={
            "help": "In place of a city: the address of another list, with {page} for the page's number."
        },
    )
    max_pages: int = field(default=10, metadata={"help": "Pages of the list at most."})
    details: int = field(
        default=40,
        metadata={
            "help": "Events' own pages that are read at most; their markup says exactly when they are."
        },
    )


class LbbConnector(ReadyScraper):
    """Reads LBB's pages through the scraper."""

    metadata: ClassVar[Metadata] = Metadata(
        name="lbb",
        title="LBB",
        type=SourceType.SCRAPER,
        tier=Tier.CONFIGURATION,
        hosts=_HOSTS,
        allows="Public pages, as robots.txt and the terms allow.",
        quota="None stated; at most ten pages every four hours.",
        storage="While the event is listed.",
        attribution="Link to the event's page on LBB.",
        sunset="There is no public API. Whether the site still keeps a list of events could not be seen when this was written.",
        terms="https://lbb.in/terms-of-use/",
        link="https://lbb.in/bangalore/",
    )
    config_type: ClassVar[type[LbbConfig]] = LbbConfig
    site: ClassVar[str] = SITE
    config: LbbConfig

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """The city behind the address of an LBB list; None for the site's many pages that are no list of
        events."""
        found = _LIST.match(urlsplit(url).path) if is_on(url, _HOSTS) else None
        return {"city": found[1]} if found else None

    def scraper(self) -> ScraperConfig:
        """The list of a city: one article a card."""
        return ScraperConfig(
            url=self.config.url
            or f"{self.site}/{quote(self.config.city.strip().lower(), safe='-')}/events/?page={{page}}",
            container="article",
            title="h2, h3",
            link="h2 a, h3 a, a[href]",
            date="time",
            location="address, [class*='location'], [class*='venue']",
            description="p",
            price="[class*='price']",
            category="[rel='tag'], [class*='category']",
            image="img",
            detail={"description": "[itemprop='description'], [class*='content'] p"},
            pagination="numbered",
            max_pages=self.config.max_pages,
            details=self.config.details,
            day_first=True,
            timezone="Asia/Kolkata",
            language="en",
        )
