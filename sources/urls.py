"""The form for visitors."""

from django.urls import path

from sources import follow_views, views

urlpatterns = [
    path("submit/", views.submit, name="submit"),
    path("submit/thanks/", views.submitted, name="submitted"),
    path("submit/<str:token>/", follow_views.follow, name="submission"),
]
