"""The table of connectors: the one central place that a new connector touches."""

from sources.connectors.activitypub import ActivityPubConnector
from sources.connectors.bandsintown import BandsintownConnector
from sources.connectors.bookmyshow import BookMyShowConnector
from sources.connectors.dice import DiceConnector
from sources.connectors.eventbrite import EventbriteConnector
from sources.connectors.facebook import FacebookConnector
from sources.connectors.gancio import GancioConnector
from sources.connectors.google_places import GooglePlacesConnector
from sources.connectors.ical import ICal
from sources.connectors.instagram import InstagramConnector
from sources.connectors.json_feed import JsonFeedConnector
from sources.connectors.lbb import LbbConnector
from sources.connectors.localist import LocalistConnector
from sources.connectors.luma import LumaConnector
from sources.connectors.mail import MailConnector
from sources.connectors.meetup import MeetupConnector
from sources.connectors.mobilizon import MobilizonConnector
from sources.connectors.openactive import OpenActiveConnector
from sources.connectors.openagenda import OpenAgendaConnector
from sources.connectors.openweathermap import OpenWeatherMapConnector
from sources.connectors.page import PageConnector
from sources.connectors.resident_advisor import ResidentAdvisorConnector
from sources.connectors.rss import RssConnector
from sources.connectors.scraper import ScraperConnector
from sources.connectors.seatgeek import SeatGeekConnector
from sources.connectors.songkick import SongkickConnector
from sources.connectors.submission import SubmissionConnector
from sources.connectors.text import TextConnector
from sources.connectors.ticketmaster import TicketmasterConnector
from sources.connectors.tribe import TribeConnector
from sources.connectors.webhook import WebhookConnector
from sources.connectors.yelp import YelpConnector
from sources.exceptions import UnknownConnector
from sources.records import Connector

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
    "dice": DiceConnector,
    "resident_advisor": ResidentAdvisorConnector,
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
    "bookmyshow": BookMyShowConnector,
    "lbb": LbbConnector,
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
