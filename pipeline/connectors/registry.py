"""The table of connectors: the one central place that a new connector touches."""

from pipeline.connectors.formats.ical import ICal
from pipeline.connectors.formats.json_feed import JsonFeedConnector
from pipeline.connectors.formats.page import PageConnector
from pipeline.connectors.formats.rss import RssConnector
from pipeline.connectors.formats.scraper import ScraperConnector
from pipeline.connectors.formats.site import connector_of
from pipeline.connectors.inbound.mail import MailConnector
from pipeline.connectors.inbound.submission import SubmissionConnector
from pipeline.connectors.inbound.text import TextConnector
from pipeline.connectors.inbound.webhook import WebhookConnector
from pipeline.connectors.platforms.activitypub import ActivityPubConnector
from pipeline.connectors.platforms.bandsintown import BandsintownConnector
from pipeline.connectors.platforms.eventbrite import EventbriteConnector
from pipeline.connectors.platforms.facebook import FacebookConnector
from pipeline.connectors.platforms.gancio import GancioConnector
from pipeline.connectors.platforms.google_places import GooglePlacesConnector
from pipeline.connectors.platforms.instagram import InstagramConnector
from pipeline.connectors.platforms.localist import LocalistConnector
from pipeline.connectors.platforms.luma import LumaConnector
from pipeline.connectors.platforms.meetup import MeetupConnector
from pipeline.connectors.platforms.mobilizon import MobilizonConnector
from pipeline.connectors.platforms.openactive import OpenActiveConnector
from pipeline.connectors.platforms.openagenda import OpenAgendaConnector
from pipeline.connectors.platforms.openweathermap import OpenWeatherMapConnector
from pipeline.connectors.platforms.seatgeek import SeatGeekConnector
from pipeline.connectors.platforms.sites import BOOKMYSHOW, DICE, LBB, RESIDENT_ADVISOR
from pipeline.connectors.platforms.songkick import SongkickConnector
from pipeline.connectors.platforms.ticketmaster import TicketmasterConnector
from pipeline.connectors.platforms.tribe import TribeConnector
from pipeline.connectors.platforms.yelp import YelpConnector
from pipeline.contract.connector import Connector
from pipeline.contract.exceptions import UnknownConnector

CONNECTORS: dict[str, type[Connector]] = {
    "ical": ICal,
    "rss": RssConnector,
    "page": PageConnector,
    "eventbrite": EventbriteConnector,
    "ticketmaster": TicketmasterConnector,
    "seatgeek": SeatGeekConnector,
    "songkick": SongkickConnector,
    "bandsintown": BandsintownConnector,
    "meetup": MeetupConnector,
    "luma": LumaConnector,
    "facebook": FacebookConnector,
    "instagram": InstagramConnector,
    "dice": connector_of(DICE),
    "resident_advisor": connector_of(RESIDENT_ADVISOR),
    "openagenda": OpenAgendaConnector,
    "mobilizon": MobilizonConnector,
    "gancio": GancioConnector,
    "localist": LocalistConnector,
    "tribe": TribeConnector,
    "activitypub": ActivityPubConnector,
    "openactive": OpenActiveConnector,
    "json_feed": JsonFeedConnector,
    "mail": MailConnector,
    "text": TextConnector,
    "scraper": ScraperConnector,
    "bookmyshow": connector_of(BOOKMYSHOW),
    "lbb": connector_of(LBB),
    "webhook": WebhookConnector,
    "submission": SubmissionConnector,
    "google_places": GooglePlacesConnector,
    "yelp": YelpConnector,
    "openweathermap": OpenWeatherMapConnector,
}


def get(name: str) -> type[Connector]:
    """The connector of that name. Raises UnknownConnector, naming those that there are."""
    try:
        return CONNECTORS[name]
    except KeyError:
        raise UnknownConnector(
            f"no connector is called {name[:60]!r}; there are {', '.join(names())}"
        ) from None


def names() -> tuple[str, ...]:
    """All names, in the order of the table."""
    return tuple(CONNECTORS)
