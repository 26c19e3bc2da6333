"""URLs below /api/v1/."""

from django.urls import path

from personal import api

urlpatterns = [
    path("me/preferences", api.OwnPreferences.as_view(), name="api-preferences"),
    path("me/favourites", api.Favourites.as_view(), name="api-favourites"),
    path("me/favourites/<str:event_id>", api.FavouriteDetail.as_view(), name="api-favourite"),
    path("me/follows", api.Follows.as_view(), name="api-follows"),
    path("me/follows/<str:follow_id>", api.FollowDetail.as_view(), name="api-follow"),
    path("me/events", api.ForMe.as_view(), name="api-for-me"),
    path("me/calendar", api.OwnCalendar.as_view(), name="api-calendar"),
]
