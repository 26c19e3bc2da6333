"""The connector `facebook`: events of pages that granted access, and public event pages; and how Meta's Graph
API is asked, for Instagram too."""

from pipeline.connectors.platforms.facebook.connector import FacebookConfig, FacebookConnector

__all__ = ["FacebookConfig", "FacebookConnector"]
