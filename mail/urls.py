"""The address that providers post their news to."""

from django.urls import path

from mail import views

urlpatterns = [path("mailbox/webhooks/<slug:provider>/", views.news, name="mail-news")]
