"""Pages of ratings."""

from django.urls import path

from ratings.views import answering, rating

app_name = "ratings"
urlpatterns = [
    path("ratings/", rating.own_page, name="own"),
    path("ratings/events/<uuid:event_id>/", rating.rate_event, name="event"),
    path("ratings/venues/<uuid:place_id>/", rating.rate_venue, name="venue"),
    path("ratings/<uuid:rating_id>/report/", rating.report_page, name="report"),
    path("organize/events/<uuid:event_id>/ratings/", answering.answer_event, name="answer-event"),
    path("organize/places/<uuid:place_id>/ratings/", answering.answer_venue, name="answer-venue"),
]
