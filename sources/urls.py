"""The form for visitors."""

from django.urls import path

from sources import views

urlpatterns = [
    path("submit/", views.submit, name="submit"),
    path("submit/thanks/", views.submitted, name="submitted"),
]
