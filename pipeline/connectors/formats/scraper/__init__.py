"""Lists of events on any site, read by selectors from a configuration."""

from pipeline.connectors.formats.scraper.config import ScraperConfig
from pipeline.connectors.formats.scraper.connector import ScraperConnector

__all__ = ["ScraperConfig", "ScraperConnector"]
