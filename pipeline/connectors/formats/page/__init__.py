"""The connector `page`: schema.org, h-event and hCalendar in HTML, and the readers that other connectors use
for JSON-LD and markup in text."""

from pipeline.connectors.formats.page.connector import PageConfig, PageConnector, read_fragment, read_graph

__all__ = ["PageConfig", "PageConnector", "read_fragment", "read_graph"]
