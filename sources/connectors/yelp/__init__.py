"""The connector `yelp`."""

from sources.connectors.yelp.connector import YelpConfig, YelpConnector

__all__ = ["YelpConfig", "YelpConnector"]
