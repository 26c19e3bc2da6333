"""URLs below /api/v1/."""

from django.urls import path

from saved_searches import api

urlpatterns = [
    path("me/saved-searches", api.SavedSearches.as_view(), name="api-saved-searches"),
    path("me/saved-searches/<str:search_id>", api.SavedSearchDetail.as_view(), name="api-saved-search"),
    path("me/saved-searches/<str:search_id>/events", api.SavedSearchEvents.as_view(), name="api-saved-search-events"),
    path("me/saved-searches/<str:search_id>/feed", api.SavedSearchFeed.as_view(), name="api-saved-search-feed"),
]  # fmt: skip
