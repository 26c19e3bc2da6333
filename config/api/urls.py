"""The plain HTTP endpoints of all apps below `/api/v1/`."""

from django.urls import include, path

from config.api.docs import Docs, Schema

urlpatterns = [
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", Docs.as_view(url_name="schema"), name="docs"),
    path("", include("accounts.api.urls")),
    path("", include("sources.api.urls")),
    path("", include("moderation.api.urls")),
    path("", include("events.api.urls")),
]
