"""The connector `eventbrite`."""

from pipeline.connectors.platforms.eventbrite.connector import EventbriteConfig, EventbriteConnector

__all__ = ["EventbriteConfig", "EventbriteConnector"]
