"""The feed's addresses below `/api/v1/`. `live`, the WebSocket and waiting polls are served beside Django: see `realtime.routing`."""

from django.urls import path

from realtime import views

urlpatterns = [
    path("api/v1/changes", views.changes, name="changes"),
]
