"""Pages of galleries."""

from django.urls import path

from galleries.views import files, giving, photos

app_name = "galleries"
urlpatterns = [
    path("photos/", giving.own_page, name="own"),
    path("photos/events/<uuid:event_id>/", giving.give_event, name="event"),
    path("photos/venues/<uuid:place_id>/", giving.give_venue, name="venue"),
    path("photos/<uuid:photo_id>/", photos.photo_page, name="photo"),
    path("photos/<uuid:photo_id>/report/", photos.report_page, name="report"),
    path("photos/<uuid:photo_id>/file/", files.waiting_file, name="waiting-file"),
    path("media/photos/<path:name>", files.shown_file, name="file"),
]
