"""URLs of figures, below `/api/v1/`."""

from django.urls import path

from insights.figures import api

urlpatterns = [
    path("admin/analytics/events", api.AdminEventFigures.as_view(), name="admin-analytics-events"),
    path("admin/analytics/users", api.AdminUserFigures.as_view(), name="admin-analytics-users"),
    path("admin/analytics/insights", api.AdminInsightFigures.as_view(), name="admin-analytics-insights"),
]
