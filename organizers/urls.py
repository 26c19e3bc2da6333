"""Pages of the organizer's desk."""

from django.urls import path

from organizers.views import (
    calendars,
    check_in,
    desk,
    drafts,
    editing,
    events,
    figures,
    messages,
    people,
    pictures,
    teams,
    venues,
)

app_name = "organizers"
urlpatterns = [
    path("organize/", desk.desk, name="desk"),
    path("organize/events/<uuid:event_id>/", events.event_page, name="event"),
    path("organize/hints/", drafts.hints, name="hints"),
    path("organize/events/new/", drafts.new_event, name="new"),
    path("organize/drafts/<uuid:draft_id>/", drafts.draft_page, name="draft"),
    path("organize/drafts/<uuid:draft_id>/edit/", drafts.draft_edit, name="draft-edit"),
    path("organize/drafts/<uuid:draft_id>/preview/", drafts.draft_preview, name="draft-preview"),
    path("organize/drafts/<uuid:draft_id>/picture/", drafts.draft_picture, name="draft-picture"),
    path("organize/events/<uuid:event_id>/edit/", editing.edit_page, name="edit"),
    path("organize/events/<uuid:event_id>/pictures/", pictures.pictures_page, name="pictures"),
    path("organize/events/<uuid:event_id>/figures/", figures.figures_page, name="figures"),
    path("organize/events/<uuid:event_id>/messages/", messages.messages_page, name="messages"),
    path("organize/events/<uuid:event_id>/people.csv", people.people_file, name="people"),
    path("organize/events/<uuid:event_id>/check-in/", check_in.check_in_page, name="check-in"),
    path("organize/events/<uuid:event_id>/check-in/codes/", check_in.check_in_codes, name="check-in-codes"),
    path("organize/invitations/confirm/<str:token>/", teams.invitation_page, name="invitation"),
    path("organize/claims/confirm/<str:token>/", teams.claim_confirm_page, name="claim-confirm"),
    path("organize/places/<uuid:pk>/venue/", venues.venue_page, name="venue"),
    path("organize/organizers/<uuid:pk>/calendars/", calendars.calendars_page, name="calendars"),
    path("organize/organizers/<uuid:pk>/calendars/<slug:token>/", calendars.look_page, name="calendar-look"),
    path("organize/<str:kind>/<uuid:pk>/", teams.team_page, name="team"),
    path("organize/<str:kind>/<uuid:pk>/claim/", teams.claim_page, name="claim"),
    path("check-in/<str:code>/", check_in.scanned_page, name="scanned"),
]
