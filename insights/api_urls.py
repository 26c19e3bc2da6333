"""URLs below /api/v1/."""

from django.urls import path

from insights import api

urlpatterns = [path("me/insights", api.OwnInsights.as_view(), name="api-insights")]
