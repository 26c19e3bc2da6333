"""The connector `meetup`."""

from pipeline.connectors.platforms.meetup.connector import MeetupConfig, MeetupConnector

__all__ = ["MeetupConfig", "MeetupConnector"]
