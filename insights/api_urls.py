"""URLs below /api/v1/."""

from django.urls import path

from insights import api
from insights.offering.api import Recommended

urlpatterns = [
    path("me/insights", api.OwnInsights.as_view(), name="api-insights"),
    path("recommendations", Recommended.as_view(), name="api-recommendations"),
]
