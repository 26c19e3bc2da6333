"""URLs below /api/v1/."""

from django.urls import path

from registrations import api, api_terms

urlpatterns = [
    path("events/<str:event_id>/registration", api.EventRegistration.as_view(), name="api-registration"),
    path(
        "events/<str:event_id>/registration/terms",
        api_terms.EventRegistrationTerms.as_view(),
        name="api-registration-terms",
    ),
    path("me/registrations", api.OwnRegistrations.as_view(), name="api-own-registrations"),
]
