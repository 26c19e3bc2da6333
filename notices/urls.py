"""Pages."""

from django.urls import path

from notices import views

app_name = "notices"
urlpatterns = [
    path("me/notices/", views.own_notices, name="own"),
    path("me/notices/settings/", views.notice_settings, name="settings"),
    path("me/notices/devices/", views.devices, name="devices"),
    path("me/notices/devices/renew/", views.renew, name="renew"),
    path("me/notices/off/<str:token>/", views.off, name="off"),
]
