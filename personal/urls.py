"""Pages."""

from django.urls import path

from personal import views

app_name = "personal"
urlpatterns = [
    path("for-me/", views.for_me, name="for-me"),
    path("me/secret/<str:secret>/calendar.ics", views.calendar_file, name="calendar"),
]
