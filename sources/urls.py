"""The form for visitors, and the scan of a city."""

from django.urls import path

from sources import follow_views, scan_views, told_views, views

urlpatterns = [
    path("sources/", told_views.sources_page, name="sources"),
    path("submit/", views.submit, name="submit"),
    path("submit/thanks/", views.submitted, name="submitted"),
    path("submit/<str:token>/", follow_views.follow, name="submission"),
    path("<slug:city>/scan/", scan_views.scan_page, name="scan"),
]
