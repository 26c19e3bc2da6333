"""The connector `rss`: RSS, Atom, event extensions, and xCal."""

from sources.connectors.rss.connector import RssConfig, RssConnector

__all__ = ["RssConfig", "RssConnector"]
