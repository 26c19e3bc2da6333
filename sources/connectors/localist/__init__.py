"""Calendars of Localist."""

from sources.connectors.localist.connector import LocalistConfig, LocalistConnector

__all__ = ["LocalistConfig", "LocalistConnector"]
