"""URLs below /api/v1/."""

from django.urls import path

from webhooks import api

urlpatterns = [
    path("me/webhooks", api.Endpoints.as_view(), name="api-webhooks"),
    path("me/webhooks/<str:endpoint_id>", api.EndpointDetail.as_view(), name="api-webhook"),
    path("me/webhooks/<str:endpoint_id>/secret", api.EndpointSecret.as_view(), name="api-webhook-secret"),
    path("me/webhooks/<str:endpoint_id>/test", api.EndpointTest.as_view(), name="api-webhook-test"),
    path("me/webhooks/<str:endpoint_id>/deliveries", api.Deliveries.as_view(), name="api-webhook-deliveries"),
    path(
        "me/webhooks/<str:endpoint_id>/deliveries/<str:delivery_id>/redeliver",
        api.Redelivery.as_view(),
        name="api-webhook-redeliver",
    ),
]
