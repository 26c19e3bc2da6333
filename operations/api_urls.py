"""URLs of operation, below `/api/v1/`."""

from django.urls import path

from operations import api
from operations.forecasts.api import AdminSourceForecasts

urlpatterns = [
    path(
        "admin/analytics/source-forecasts",
        AdminSourceForecasts.as_view(),
        name="admin-analytics-source-forecasts",
    ),
    path("admin/pipeline/health", api.AdminHealth.as_view(), name="admin-pipeline-health"),
    path("admin/pipeline/metrics", api.AdminMetrics.as_view(), name="admin-pipeline-metrics"),
]
