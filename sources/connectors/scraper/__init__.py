"""Lists of events on any site, read by selectors from a configuration."""

from sources.connectors.scraper.config import ScraperConfig
from sources.connectors.scraper.connector import ScraperConnector

__all__ = ["ScraperConfig", "ScraperConnector"]
