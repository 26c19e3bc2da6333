"""URLs below /api/v1/: events, which everybody reads and their teams write."""

from django.urls import path

from organizers import api

urlpatterns = [
    path("events", api.EventsOwn.as_view(), name="events"),
    path("events/<str:event_id>", api.EventOwn.as_view(), name="event"),
]
