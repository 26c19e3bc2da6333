"""The public pages and their feeds.

Views read the request, call `events.queries`, and pass text to a template.
"""

from events.views.about import about, bot, indexnow_key, robots
from events.views.city import city_page
from events.views.counting import beacon, leave
from events.views.event import card_fragment, event_calendar, event_page
from events.views.feeds import city_feed
from events.views.home import home
from events.views.pictures import picture
from events.views.place_now import tell_now
from events.views.search import search_page, search_with_slash
from events.views.share_picture import share_picture_page
from events.views.sitemaps import sitemap, sitemap_index
from events.views.venue import venue_page

__all__ = [
    "about",
    "beacon",
    "bot",
    "card_fragment",
    "city_feed",
    "city_page",
    "event_calendar",
    "event_page",
    "home",
    "indexnow_key",
    "leave",
    "picture",
    "robots",
    "search_page",
    "search_with_slash",
    "share_picture_page",
    "sitemap",
    "sitemap_index",
    "tell_now",
    "venue_page",
]
