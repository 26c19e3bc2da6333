"""The connector `eventbrite`."""

from sources.connectors.eventbrite.connector import EventbriteConfig, EventbriteConnector

__all__ = ["EventbriteConfig", "EventbriteConnector"]
