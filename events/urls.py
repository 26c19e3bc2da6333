"""URLs of the public pages. Include them LAST, since a city's slug is the first segment."""

from django.urls import path, re_path, register_converter

from events import views


class EndingConverter:
    """The endings of the feeds."""

    regex = "ics|rss|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(EndingConverter, "ending")

app_name = "events"
_KEY = r"(?P<slug>[^/]*)-(?P<hex_id>[0-9a-f]{32})"
_ENDING = rf"(?P<ending>{EndingConverter.regex})"
#: Collections by their first segment: with a row's id, by a name, and outside of every city.
_WITH_ID = (("organizers", "organizer"), ("series", "series"))
_NAMED = (("performers", "performer"), ("tags", "tag"))
_OUTSIDE = ("online", "elsewhere")

urlpatterns = [
    path("", views.home, name="home"),
    path("search", views.search_page, name="search"),
    path("search/", views.search_with_slash, name="search-with-slash"),
    path("media/pictures/<path:name>", views.picture, name="picture"),
    path("beacon", views.beacon, name="beacon"),
    re_path(
        r"^go/(?P<hex_id>[0-9a-f]{32})/(?P<link>tickets|online|page|[0-9a-f]{32})$", views.leave, name="leave"
    ),
    re_path(
        r"^media/share/(?P<hex_id>[0-9a-f]{32})-(?P<digest>[0-9a-f]{32})\.png$",
        views.share_picture_page,
        name="share-picture",
    ),
    re_path(
        r"^media/share/(?P<language>[a-z]{2})/(?P<shape>\w{3,5})/(?P<hex_id>[0-9a-f]{32})-(?P<digest>[0-9a-f]{32})\.png$",
        views.share_picture_page,
        name="share-picture-of",
    ),
    path("saved/state", views.saved_states, name="saved-states"),
    path("saved.ics", views.saved_calendar, name="saved-calendar"),
    path("offline/", views.offline_page, name="offline"),
    path("manifest.webmanifest", views.manifest_page, name="manifest"),
    path("sw.js", views.worker_page, name="worker"),
    path("embed/", views.embed_builder, name="embed"),
    path("embed/nocturne-events.js", views.embed_script, name="embed-script"),
    path("embed/list/", views.embed_list, name="embed-list"),
    re_path(r"^embed/events/(?P<hex_id>[0-9a-f]{32})/$", views.embed_event, name="embed-event"),
    re_path(r"^embed/venues/(?P<hex_id>[0-9a-f]{32})/$", views.embed_venue, name="embed-venue"),
    path("oembed", views.oembed, name="oembed"),
    path("opensearch.xml", views.opensearch, name="opensearch"),
    path("opensearch/suggestions", views.search_suggestions, name="search-suggestions"),
    path("llms.txt", views.llms, name="llms"),
    path("about/", views.about, name="about"),
    path("about/bot", views.bot, name="bot"),
    path("robots.txt", views.robots, name="robots"),
    path("indexnow.txt", views.indexnow_key, name="indexnow-key"),
    path("sitemap.xml", views.sitemap_index, name="sitemaps"),
    path("sitemap-<section>.xml", views.sitemap, name="sitemap"),
    path("events/<uuid:event_id>/card", views.card_fragment, name="card"),
    re_path(rf"^events/{_KEY}/$", views.event_page, name="event"),
    re_path(rf"^events/{_KEY}\.ics$", views.event_calendar, name="event-calendar"),
    re_path(rf"^venues/{_KEY}/$", views.venue_page, name="venue"),
    re_path(rf"^venues/{_KEY}/now/$", views.tell_now, name="tell-now"),
    re_path(rf"^venues/{_KEY}\.{_ENDING}$", views.venue_feed, name="venue-feed"),
    *(
        re_path(rf"^{first}/{_KEY}/$", views.collection_page, {"kind": kind}, name=kind)
        for first, kind in _WITH_ID
    ),
    *(
        re_path(rf"^{first}/{_KEY}\.{_ENDING}$", views.collection_feed, {"kind": kind}, name=f"{kind}-feed")
        for first, kind in _WITH_ID
    ),
    *(
        path(f"{first}/<str:name>/", views.collection_page, {"kind": kind}, name=kind)
        for first, kind in _NAMED
    ),
    *(
        path(
            f"{first}/<str:name>.<ending:ending>", views.collection_feed, {"kind": kind}, name=f"{kind}-feed"
        )
        for first, kind in _NAMED
    ),
    *(path(f"{kind}/", views.collection_page, {"kind": kind}, name=kind) for kind in _OUTSIDE),
    *(
        path(f"{kind}.<ending:ending>", views.collection_feed, {"kind": kind}, name=f"{kind}-feed")
        for kind in _OUTSIDE
    ),
    *(
        path(f"{kind}/<slug:segment>/", views.collection_page, {"kind": kind}, name=f"{kind}-list")
        for kind in _OUTSIDE
    ),
    *(
        path(
            f"{kind}/<slug:segment>.<ending:ending>",
            views.collection_feed,
            {"kind": kind},
            name=f"{kind}-list-feed",
        )
        for kind in _OUTSIDE
    ),
    path("<slug:city>/map.geojson", views.map_data, name="map-data"),
    path("<slug:city>/map/at/", views.map_place, name="map-place"),
    path("<slug:city>.<ending:ending>", views.city_feed, name="city-feed"),
    path("<slug:city>/<slug:segment>.<ending:ending>", views.city_feed, name="list-feed"),
    path("<slug:city>/", views.city_page, name="city"),
    path("<slug:city>/<slug:segment>/", views.city_page, name="list"),
]
