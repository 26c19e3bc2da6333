"""The connector `rss`: RSS, Atom, event extensions, and xCal."""

from pipeline.connectors.formats.rss.connector import RssConfig, RssConnector

__all__ = ["RssConfig", "RssConnector"]
