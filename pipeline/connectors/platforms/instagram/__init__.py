"""The connector `instagram`: captions of hashtags and business accounts, read for announcements, always
reviewed."""

from pipeline.connectors.platforms.instagram.connector import InstagramConfig, InstagramConnector

__all__ = ["InstagramConfig", "InstagramConnector"]
