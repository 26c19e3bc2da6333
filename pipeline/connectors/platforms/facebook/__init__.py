"""The connector `facebook`: events of pages that granted access, and public event pages."""

from pipeline.connectors.platforms.facebook.connector import FacebookConfig, FacebookConnector

__all__ = ["FacebookConfig", "FacebookConnector"]
