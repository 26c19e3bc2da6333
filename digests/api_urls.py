"""URLs below /api/v1/."""

from django.urls import path

from digests import api

urlpatterns = [
    path("subscriptions", api.Subscriptions.as_view(), name="api-subscriptions"),
    path("subscriptions/confirm", api.ConfirmSubscription.as_view(), name="api-subscription-confirm"),
    path("subscriptions/<str:token>", api.SubscriptionDetail.as_view(), name="api-subscription"),
]
