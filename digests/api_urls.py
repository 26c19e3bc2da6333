"""URLs below /api/v1/."""

from django.urls import path

from digests import api, staff_api

urlpatterns = [
    path("admin/subscriptions", staff_api.AdminSubscriptions.as_view(), name="admin-subscriptions"),
    path(
        "admin/subscriptions/<str:subscription_id>",
        staff_api.AdminSubscription.as_view(),
        name="admin-subscription",
    ),
    path("subscriptions", api.Subscriptions.as_view(), name="api-subscriptions"),
    path("subscriptions/confirm", api.ConfirmSubscription.as_view(), name="api-subscription-confirm"),
    path("subscriptions/<str:token>", api.SubscriptionDetail.as_view(), name="api-subscription"),
]
