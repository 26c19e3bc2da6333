"""URLs below /api/v1/."""

from django.urls import path

from galleries.api import own, photos

urlpatterns = [
    path("events/<str:event_id>/photos", photos.EventPhotos.as_view(), name="event-photos"),
    path("places/<str:place_id>/photos", photos.PlacePhotos.as_view(), name="place-photos"),
    path("me/photos", own.OwnPhotos.as_view(), name="own-photos"),
    path("me/photos/<str:photo_id>", own.OwnPhoto.as_view(), name="own-photo"),
]
