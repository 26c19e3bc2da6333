"""The feed's addresses below `/api/v1/`.

`live`, the WebSocket and waiting polls are served beside Django: see `realtime.routing`.
"""

from django.urls import path

from realtime.api import changes, staff

urlpatterns = [
    path("api/v1/changes", changes.changes, name="changes"),
    path("api/v1/admin/live/topics", staff.AdminLiveTopics.as_view(), name="admin-live-topics"),
    path("api/v1/admin/live/broadcast", staff.AdminLiveBroadcast.as_view(), name="admin-live-broadcast"),
]
