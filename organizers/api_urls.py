"""URLs below /api/v1/: events, which everybody reads and their teams write."""

from django.urls import path

from organizers import api, figures_api, pictures_api

urlpatterns = [
    path("events", api.EventsOwn.as_view(), name="events"),
    path("events/<str:event_id>", api.EventOwn.as_view(), name="event"),
    path("events/<str:event_id>/figures", figures_api.EventFigures.as_view(), name="event-figures"),
    path("events/<str:event_id>/pictures", pictures_api.EventPictures.as_view(), name="event-pictures"),
    path(
        "events/<str:event_id>/pictures/<str:picture_id>",
        pictures_api.EventPicture.as_view(),
        name="event-picture",
    ),
]
