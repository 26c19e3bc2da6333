"""The pages of moderation outside the admin."""

from django.urls import path

from moderation import opt_out_views, views

app_name = "moderation"
urlpatterns = [
    path("events/<uuid:event_id>/report/", views.report_event, name="report"),
    path("opt-out/", opt_out_views.opt_out, name="opt-out"),
    path("opt-out/<uuid:opt_out_id>/<str:token>/", opt_out_views.confirm, name="opt-out-confirm"),
]
