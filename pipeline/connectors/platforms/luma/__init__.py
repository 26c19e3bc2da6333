"""The connector `luma`: the calendar API with a key; feeds, calendar, event and discover pages without."""

from pipeline.connectors.platforms.luma.connector import LumaConfig, LumaConnector

__all__ = ["LumaConfig", "LumaConnector"]
