"""URLs below /api/v1/."""

from django.urls import path

from ratings.api import answering, own, reading

urlpatterns = [
    path("events/<str:event_id>/ratings", reading.EventRatings.as_view(), name="event-ratings"),
    path("events/<str:event_id>/ratings/mine", own.OwnEventRating.as_view(), name="event-rating"),
    path("places/<str:place_id>/ratings", reading.PlaceRatings.as_view(), name="place-ratings"),
    path("places/<str:place_id>/ratings/mine", own.OwnPlaceRating.as_view(), name="place-rating"),
    path("ratings/<str:rating_id>/answer", answering.RatingAnswer.as_view(), name="rating-answer"),
]
