"""Pages."""

from django.urls import path

from personal import views

app_name = "personal"
urlpatterns = [
    path("for-me/", views.for_me, name="for-me"),
    path("for-me/following/", views.following, name="following"),
    path("for-me/follow/", views.follow_page, name="follow"),
    path("for-me/save/", views.save_page, name="save"),
    path("saved/", views.saved, name="saved"),
    path("saved/account", views.saved_account, name="saved-account"),
    path("me/secret/<str:secret>/calendar.ics", views.calendar_file, name="calendar"),
]
