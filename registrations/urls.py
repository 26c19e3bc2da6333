"""Pages."""

from django.urls import path

from registrations import views

app_name = "registrations"
urlpatterns = [
    path("events/<uuid:event_id>/register/", views.register_page, name="register"),
    path("registrations/", views.own_page, name="own"),
    path("registrations/magic-link/<str:token>/", views.manage_page, name="manage"),
]
