"""Addresses of the writing API, below `/api/v1/`."""

from django.urls import path

from sources.api import receiving, scanning, staff

urlpatterns = [
    path("submissions", receiving.Submissions.as_view(), name="submissions"),
    path("webhooks/<str:source>", receiving.Webhooks.as_view(), name="webhook"),
    path("cities/<str:slug>/scan", scanning.CityScan.as_view(), name="city-scan"),
    path("admin/sources", staff.AdminSources.as_view(), name="admin-sources"),
    path("admin/sources/<str:source_id>/trigger", staff.AdminTrigger.as_view(), name="admin-trigger"),
    path("admin/runs", staff.AdminRuns.as_view(), name="admin-runs"),
    path("admin/runs/<str:run_id>", staff.AdminRun.as_view(), name="admin-run"),
    path("admin/validate", staff.AdminValidate.as_view(), name="admin-validate"),
]
