"""The table of connectors: the one central place that a new connector touches."""

from sources.connectors.ical import ICal
from sources.connectors.json_feed import JsonFeedConnector
from sources.connectors.page import PageConnector
from sources.connectors.rss import RssConnector
from sources.connectors.submission import SubmissionConnector
from sources.connectors.webhook import WebhookConnector
from sources.exceptions import UnknownConnector
from sources.records import Connector

CONNECTORS: dict[str, type[Connector]] = {
    "ical": ICal,
    "rss": RssConnector,
    "page": PageConnector,
    "json_feed": JsonFeedConnector,
    "webhook": WebhookConnector,
    "submission": SubmissionConnector,
}


def get(name: str) -> type[Connector]:
    """The connector of that name. Raises UnknownConnector, naming those that there are."""
    try:
        return CONNECTORS[name]
    except KeyError:
        raise UnknownConnector(f"no connector is called {name[:60]!r}; there are {', '.join(names())}") from None


def names() -> tuple[str, ...]:
    """All names, in the order of the table."""
    return tuple(CONNECTORS)
