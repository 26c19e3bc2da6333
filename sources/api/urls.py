"""URLs of the writing API, below `/api/v1/`."""

from django.urls import path

from sources.api import curating, receiving, running, scanning, staff, validating

urlpatterns = [
    path("submissions", receiving.Submissions.as_view(), name="submissions"),
    path("webhooks/<str:source>", receiving.Webhooks.as_view(), name="webhook"),
    path("cities/<str:slug>/scan", scanning.CityScan.as_view(), name="city-scan"),
    path("admin/sources", staff.AdminSources.as_view(), name="admin-sources"),
    path("admin/sources/<str:source_id>/trigger", staff.AdminTrigger.as_view(), name="admin-trigger"),
    path("admin/runs", staff.AdminRuns.as_view(), name="admin-runs"),
    path("admin/runs/<str:run_id>", staff.AdminRun.as_view(), name="admin-run"),
    path("admin/runs/<str:run_id>/cancel", running.AdminCancel.as_view(), name="admin-run-cancel"),
    path("admin/discovery", running.AdminDiscovery.as_view(), name="admin-discovery"),
    path(
        "admin/discovery/<str:discovery_id>", running.AdminDiscoveryRun.as_view(), name="admin-discovery-run"
    ),
    path("admin/pipeline/status", running.AdminStatus.as_view(), name="admin-pipeline-status"),
    path("admin/pipeline/pause", running.AdminPause.as_view(), name="admin-pipeline-pause"),
    path("admin/pipeline/resume", running.AdminResume.as_view(), name="admin-pipeline-resume"),
    path("admin/alerts", running.AdminAlerts.as_view(), name="admin-alerts"),
    path("admin/curate", curating.AdminCurate.as_view(), name="admin-curate"),
    path("admin/validate", validating.AdminValidate.as_view(), name="admin-validate"),
    path("admin/validate/<slug:token>", validating.AdminValidation.as_view(), name="admin-validation"),
]
