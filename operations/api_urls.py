"""URLs of operation, below `/api/v1/`."""

from django.urls import path

from operations import api

urlpatterns = [
    path("admin/pipeline/health", api.AdminHealth.as_view(), name="admin-pipeline-health"),
    path("admin/pipeline/metrics", api.AdminMetrics.as_view(), name="admin-pipeline-metrics"),
]
