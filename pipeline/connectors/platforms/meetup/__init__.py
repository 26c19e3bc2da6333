"""The connector `meetup`: GraphQL with a token; group calendars and public pages without."""

from pipeline.connectors.platforms.meetup.connector import MeetupConfig, MeetupConnector

__all__ = ["MeetupConfig", "MeetupConnector"]
