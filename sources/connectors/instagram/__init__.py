"""The connector `instagram`: captions of hashtags and business accounts, read for announcements, always
reviewed."""

from sources.connectors.instagram.connector import InstagramConfig, InstagramConnector

__all__ = ["InstagramConfig", "InstagramConnector"]
