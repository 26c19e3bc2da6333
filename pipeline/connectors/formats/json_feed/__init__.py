"""The connector `json_feed`, and its way of reading one object, which `webhook` and `submission` use."""

from pipeline.connectors.formats.json_feed.connector import JsonFeedConfig, JsonFeedConnector, field_map
from pipeline.connectors.formats.json_feed.reading import Reading
from pipeline.connectors.formats.json_feed.record import records

__all__ = ["JsonFeedConfig", "JsonFeedConnector", "Reading", "field_map", "records"]
