"""Calendars of Localist."""

from pipeline.connectors.platforms.localist.connector import LocalistConfig, LocalistConnector

__all__ = ["LocalistConfig", "LocalistConnector"]
