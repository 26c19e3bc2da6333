"""Serializers of the API, for OpenAPI.

Only `events.public.public_event` builds the events; a test compares the two.
"""

from events.serializers.event import (
    ORGANIZER_TYPES,
    PRICE_TYPES,
    Counters,
    EventOrganizer,
    EventPage,
    EventSource,
    EventVenue,
    Extraction,
    Image,
    Price,
    PublicEvent,
    Quality,
    Recurrence,
    Similar,
)
from events.serializers.lists import (
    AreaFacts,
    AreaList,
    CategoryFacts,
    CategoryList,
    CityDetail,
    CityFacts,
    CityList,
    OrganizerFacts,
    OrganizerPage,
    TagFacts,
    TagList,
)
from events.serializers.places import PLACE_STATES, PlaceFacts, PlacePage
from events.serializers.search import Bucket, Facets, SearchBody, SearchFilters, Suggestion, SuggestionList
from events.serializers.weather import WeatherNow, WeatherStep

__all__ = [
    "ORGANIZER_TYPES",
    "PLACE_STATES",
    "PRICE_TYPES",
    "AreaFacts",
    "AreaList",
    "Bucket",
    "CategoryFacts",
    "CategoryList",
    "CityDetail",
    "CityFacts",
    "CityList",
    "Counters",
    "EventOrganizer",
    "EventPage",
    "EventSource",
    "EventVenue",
    "Extraction",
    "Facets",
    "Image",
    "OrganizerFacts",
    "OrganizerPage",
    "PlaceFacts",
    "PlacePage",
    "Price",
    "PublicEvent",
    "Quality",
    "Recurrence",
    "SearchBody",
    "SearchFilters",
    "Similar",
    "Suggestion",
    "SuggestionList",
    "TagFacts",
    "TagList",
    "WeatherNow",
    "WeatherStep",
]
