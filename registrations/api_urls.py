"""URLs below /api/v1/."""

from django.urls import path

from registrations import api

urlpatterns = [
    path("events/<str:event_id>/registration", api.EventRegistration.as_view(), name="api-registration"),
    path("me/registrations", api.OwnRegistrations.as_view(), name="api-own-registrations"),
]
