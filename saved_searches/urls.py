"""Pages."""

from django.urls import path, re_path

from saved_searches import views

app_name = "saved-searches"
urlpatterns = [
    path("me/searches/", views.own_searches, name="own"),
    path("me/searches/new/", views.new_search, name="new"),
    path("me/searches/<uuid:search_id>/", views.one_search, name="one"),
    path("me/searches/<uuid:search_id>/events/<uuid:event_id>/card", views.search_card, name="card"),
    re_path(r"^me/secret/(?P<secret>[^/]{1,100})/search\.(?P<ending>ics|rss|json)$", views.feed, name="feed"),
]
