"""A site that the scraper is ready for: its configuration is in the code, and a source says only what
differs."""

from collections.abc import Iterator

from pipeline.connectors.formats.scraper.config import ScraperConfig
from pipeline.connectors.formats.scraper.connector import ScraperConnector
from pipeline.connectors.support.platform import Platform
from pipeline.contract.connector import FetchParams, Page
from pipeline.contract.http import HttpClient
from pipeline.contract.raw import RawPayload


class ReadyScraper(Platform):
    """Reads through the scraper."""

    def scraper(self) -> ScraperConfig:
        """The configuration of the site."""
        raise NotImplementedError

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """As the scraper."""
        yield from ScraperConnector(self.scraper(), self.credentials).fetch(params, http)

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """As the scraper."""
        return ScraperConnector(self.scraper(), self.credentials).read(payload, params)
