"""URLs of moderation below `/api/v1/`."""

from django.urls import path

from moderation.api import moderating, reporting, reviewing

urlpatterns = [
    path("admin/events/moderate", moderating.AdminModerate.as_view(), name="admin-events-moderate"),
    path("admin/reviews", reviewing.AdminReviews.as_view(), name="admin-reviews"),
    path("admin/reviews/<str:review_id>", reviewing.AdminReview.as_view(), name="admin-review"),
    path(
        "admin/reviews/<str:review_id>/verdict", reviewing.AdminVerdict.as_view(), name="admin-review-verdict"
    ),
    path("admin/decisions/<str:decision_id>/undo", reviewing.AdminUndo.as_view(), name="admin-decision-undo"),
    path("events/<str:event_id>/reports", reporting.EventReports.as_view(), name="event-reports"),
]
