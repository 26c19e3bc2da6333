"""The connector `meetup`: GraphQL with a token; group calendars and public pages without."""

from sources.connectors.meetup.connector import MeetupConfig, MeetupConnector

__all__ = ["MeetupConfig", "MeetupConnector"]
