"""The feed's addresses below `/api/v1/`. `live`, the WebSocket and waiting polls are served beside Django:
see `realtime.routing`."""

from django.urls import path

from realtime import api, views

urlpatterns = [
    path("api/v1/changes", views.changes, name="changes"),
    path("api/v1/admin/live/topics", api.AdminLiveTopics.as_view(), name="admin-live-topics"),
    path("api/v1/admin/live/broadcast", api.AdminLiveBroadcast.as_view(), name="admin-live-broadcast"),
]
