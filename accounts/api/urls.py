"""URLs below /api/v1/."""

from django.urls import path

from accounts.api import me

urlpatterns = [
    path("me", me.OwnAccount.as_view(), name="api-me"),
]
