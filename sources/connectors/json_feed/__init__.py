"""The connector `json_feed`, and its way of reading one object, which `webhook` and `submission` use."""

from sources.connectors.json_feed.connector import JsonFeedConfig, JsonFeedConnector, field_map
from sources.connectors.json_feed.record import Reading, records

__all__ = ["JsonFeedConfig", "JsonFeedConnector", "Reading", "field_map", "records"]
