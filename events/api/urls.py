"""URLs of the API for readers, below `/api/v1/`; those of events that are also written are in `organizers.api_urls`."""

from django.urls import path

from events.api import events, lists, places, search, status, trending, weather

urlpatterns = [
    path("cities", lists.Cities.as_view(), name="cities"),
    path("cities/<str:slug>", lists.CityOne.as_view(), name="city"),
    path("areas", lists.Areas.as_view(), name="areas"),
    path("categories", lists.Categories.as_view(), name="categories"),
    path("tags", lists.Tags.as_view(), name="tags"),
    path("organizers", lists.Organizers.as_view(), name="organizers"),
    path("events/trending", trending.EventTrending.as_view(), name="events-trending"),
    path("events/<str:event_id>/similar", events.EventSimilar.as_view(), name="event-similar"),
    path("search", search.Search.as_view(), name="search"),
    path("search/suggest", search.Suggest.as_view(), name="search-suggest"),
    path("search/facets", search.SearchFacets.as_view(), name="search-facets"),
    path("search/filters", search.SearchFilterNames.as_view(), name="search-filters"),
    path("places", places.Places.as_view(), name="places"),
    path("places/<str:place_id>", places.PlaceOne.as_view(), name="place"),
    path("weather", weather.CityWeather.as_view(), name="weather"),
    path("places/<str:place_id>/status", status.PlaceStatusNow.as_view(), name="place-status"),
]
