"""The public pages and their feeds.

Views read the request, call `events.queries`, and pass text to a template.
"""

from events.views.about import about, bot, indexnow_key, robots
from events.views.city import city_page
from events.views.city_map import map_data, map_place
from events.views.collection import collection_feed, collection_page
from events.views.counting import beacon, leave
from events.views.embed import embed_builder, embed_event, embed_list, embed_script, embed_venue
from events.views.event import card_fragment, event_calendar, event_page
from events.views.feeds import city_feed
from events.views.home import home
from events.views.installing import manifest_page, offline_page, worker_page
from events.views.machines import llms, opensearch, search_suggestions
from events.views.oembed import oembed
from events.views.pictures import picture
from events.views.place_now import tell_now
from events.views.saved import saved_calendar, saved_page, saved_states
from events.views.search import search_page, search_with_slash
from events.views.share_picture import share_picture_page
from events.views.sitemaps import sitemap, sitemap_index
from events.views.venue import venue_feed, venue_page

__all__ = [
    "about",
    "beacon",
    "bot",
    "card_fragment",
    "city_feed",
    "city_page",
    "collection_feed",
    "collection_page",
    "embed_builder",
    "embed_event",
    "embed_list",
    "embed_script",
    "embed_venue",
    "event_calendar",
    "event_page",
    "home",
    "indexnow_key",
    "leave",
    "llms",
    "manifest_page",
    "map_data",
    "map_place",
    "oembed",
    "offline_page",
    "opensearch",
    "picture",
    "robots",
    "saved_calendar",
    "saved_page",
    "saved_states",
    "search_page",
    "search_suggestions",
    "search_with_slash",
    "share_picture_page",
    "sitemap",
    "sitemap_index",
    "tell_now",
    "venue_feed",
    "venue_page",
    "worker_page",
]
