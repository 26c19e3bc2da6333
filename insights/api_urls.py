"""URLs below /api/v1/."""

from django.urls import path

from insights import api
from insights.anomalies.api import AdminAnomalies, AdminAnomaly
from insights.expecting.api import AdminExpectations
from insights.offering.api import Recommended

urlpatterns = [
    path("admin/analytics/anomalies", AdminAnomalies.as_view(), name="admin-analytics-anomalies"),
    path(
        "admin/analytics/anomalies/<str:anomaly_id>", AdminAnomaly.as_view(), name="admin-analytics-anomaly"
    ),
    path("admin/analytics/expectations", AdminExpectations.as_view(), name="admin-analytics-expectations"),
    path("me/insights", api.OwnInsights.as_view(), name="api-insights"),
    path("recommendations", Recommended.as_view(), name="api-recommendations"),
]
