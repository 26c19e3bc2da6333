"""Related models of events in the admin, mostly read-only."""

from django.contrib import admin
from django.http import HttpRequest

from accounts.forms import InputForm
from audit.recorded import ModelAdmin, column
from events.admin.verifying import ShowsVerification
from events.models import AskedQuery, Category, DuplicateMatch, Organizer, Proposal, Series
from outbox.admin import ReadOnlyAdmin
from places.own_cities import OwnCities, OwnCityFilter


@admin.register(Category)
class CategoryAdmin(OwnCities, ReadOnlyAdmin):
    """The controlled taxonomy."""

    city_paths = ()

    list_display = ("name", "covers")


@admin.register(Organizer)
class OrganizerAdmin(ShowsVerification, OwnCities, ModelAdmin):
    """Organizers, who may work in several cities."""

    city_paths = ()
    form = InputForm

    shows_people = True
    list_display = ("name", "verification", "type", column("url", "page"))
    when_empty = "No event has named an organizer yet."
    list_filter = ("verification", "type")
    search_fields = ("name", "folded_name")
    readonly_fields = ("verified",)
    exclude = ("verification",)
    show_full_result_count = False


@admin.register(Series)
class SeriesAdmin(OwnCities, ReadOnlyAdmin):
    """Recurrence rules and their occurrences."""

    city_paths = ()

    list_display = (
        "title",
        column("origin__name", "source"),
        column("rrule", "repeats"),
        column("timezone", "time zone"),
    )
    when_empty = "No source has told of an event that repeats."
    list_select_related = ("origin",)
    search_fields = ("title", "external_id")


@admin.register(DuplicateMatch)
class DuplicateMatchAdmin(OwnCities, ReadOnlyAdmin):
    """Verdicts and open questions on pairs of events."""

    city_paths = ("first__city", "second__city")

    list_display = (
        "first",
        "second",
        "outcome",
        "reasons",
        column("similarity", "alike, 0 to 1"),
        "by_person",
        column("created_at", "when"),
    )
    ordering = ("-pk",)
    when_empty = "No two events were found alike yet."
    list_select_related = ("first", "second")
    list_filter = ("outcome", "by_person")
    show_full_result_count = False


@admin.register(Proposal)
class ProposalAdmin(OwnCities, ReadOnlyAdmin):
    """Withheld changes beside the approved values."""

    city_paths = ("event__city",)

    list_display = (
        "event",
        column("origin__name", "source"),
        "reasons",
        column("created_at", "when"),
        "accepted",
    )
    when_empty = "No change of a published event was withheld."
    list_select_related = ("event", "origin")
    list_filter = ("accepted",)


@admin.register(AskedQuery)
class AskedQueryAdmin(OwnCities, ReadOnlyAdmin):
    """What people looked for in the last week, what was not found first."""

    list_display = ("text", "city", "unanswered", "times", "day")
    when_empty = "Nobody searched in the last week."
    list_select_related = ("city",)
    list_filter = (("city", OwnCityFilter), "day")
    search_fields = ("text",)
    show_full_result_count = False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """As Django does; the dashboard's link leaves out what was found."""
        return lookup == "unanswered__gt" or super().lookup_allowed(lookup, value, request)
