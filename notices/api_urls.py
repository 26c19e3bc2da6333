"""URLs below /api/v1/."""

from django.urls import path

from notices import api

urlpatterns = [
    path("me/notices", api.Notices.as_view(), name="api-notices"),
    path("me/notices/settings", api.Settings.as_view(), name="api-notice-settings"),
    path("me/notices/<str:notice_id>", api.NoticeDetail.as_view(), name="api-notice"),
]
