"""BookMyShow: a city's public list of events, scrolled in a browser, with the events' own pages.
Configuration only; unproven against the live site."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlsplit

from pipeline import patterns
from pipeline.connectors.formats.scraper.config import ScraperConfig
from pipeline.connectors.formats.scraper.ready import ReadyScraper
from pipeline.connectors.support.platform import is_on
from pipeline.contract.connector import Metadata
from pipeline.contract.enums import SourceType, Tier

SITE: Final = "https://in.bookmyshow.com"
_HOSTS: Final = ("bookmyshow.com",)
_LIST: Final = patterns.compile(r"^/explore/events-([a-z0-9-]+)/?$")
#: A line of text in a card: the class names are made by a machine and change with each release, the order and
#: the signs do not.
_LINE: Final = ".//*[not(*)][normalize-space()]"


@dataclass(frozen=True, kw_only=True, slots=True)
class BookMyShowConfig:
    """Which of BookMyShow's lists to read."""

    city: str = field(
        default="bengaluru",
        metadata={"help": "The city as in the list's address: bengaluru in /explore/events-bengaluru."},
    )
    url: str = field(
        default="",
        metadata={"help": "In place of a city: the address of another list, such as one of a category."},
    )
    scrolls: int = field(default=5, metadata={"help": "How often the list is scrolled at most."})
    details: int = field(
        default=30,
        metadata={
            "help": "Events' own pages that are read at most; the list alone does not say when they are."
        },
    )


class BookMyShowConnector(ReadyScraper):
    """Reads BookMyShow's pages through the scraper. The cards give title, place and price, the events' own
    JSON-LD the rest."""

    metadata: ClassVar[Metadata] = Metadata(
        name="bookmyshow",
        title="BookMyShow",
        type=SourceType.SCRAPER,
        tier=Tier.CONFIGURATION,
        hosts=_HOSTS,
        allows="Public pages, as robots.txt and the terms allow. The site is known to refuse robots; then the source says so and stays refused.",
        quota="None stated; a few pages every four hours.",
        storage="While the event is listed.",
        attribution="Link to the event's page on BookMyShow.",
        sunset="There is no public API.",
        terms="https://in.bookmyshow.com/terms-and-conditions",
        link="https://in.bookmyshow.com/explore/events-bengaluru",
    )
    config_type: ClassVar[type[BookMyShowConfig]] = BookMyShowConfig
    site: ClassVar[str] = SITE
    config: BookMyShowConfig

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """The city or list behind an address of BookMyShow's."""
        if not is_on(url, _HOSTS):
            return None
        found = _LIST.match(urlsplit(url).path)
        return {"city": found[1]} if found else {"url": url}

    def scraper(self) -> ScraperConfig:
        """The list of a city: cards that link to `/events/NAME/ET00000000`."""
        return ScraperConfig(
            url=self.config.url
            or f"{self.site}/explore/events-{quote(self.config.city.strip().lower(), safe='-')}",
            container="xpath://a[contains(@href, '/events/') and contains(@href, '/ET')]",
            id="xpath:concat('ET', substring(substring-after(@href, '/ET'), 1, 8))",
            link="xpath:./@href",
            title=f"xpath:(.//img/@alt[normalize-space()] | {_LINE}[not(.//img)])[1]",
            location=f"xpath:normalize-space(substring-before(({_LINE}[contains(., ': ') and not(contains(., '₹'))])[1], ':'))",
            price=f"xpath:({_LINE}[contains(., '₹') or normalize-space(.) = 'Free'])[1]",
            image="img::attr(src)",
            pagination="scroll",
            scrolls=self.config.scrolls,
            details=self.config.details,
            render="browser",
            timezone="Asia/Kolkata",
            language="en",
        )
