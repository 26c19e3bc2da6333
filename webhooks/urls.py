"""Pages."""

from django.urls import path

from webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("me/webhooks/", views.endpoints_page, name="endpoints"),
    path("me/webhooks/<uuid:endpoint_id>/", views.endpoint_page, name="endpoint"),
]
