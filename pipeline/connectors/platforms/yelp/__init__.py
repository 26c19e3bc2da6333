"""The connector `yelp`."""

from pipeline.connectors.platforms.yelp.connector import YelpConfig, YelpConnector

__all__ = ["YelpConfig", "YelpConnector"]
