"""Related models of events in the admin, mostly read-only."""

from django.contrib import admin

from accounts.forms import InputForm
from audit.recorded import ModelAdmin
from events.models import Category, DuplicateMatch, Organizer, Proposal, Series
from outbox.admin import ReadOnlyAdmin
from places.own_cities import OwnCities


@admin.register(Category)
class CategoryAdmin(OwnCities, ReadOnlyAdmin):
    """The controlled taxonomy."""

    city_paths = ()

    list_display = ("name", "slug", "covers")


@admin.register(Organizer)
class OrganizerAdmin(OwnCities, ModelAdmin):
    """Organizers, who may work in several cities."""

    city_paths = ()
    form = InputForm

    shows_people = True
    list_display = ("name", "type", "url", "verification")
    list_filter = ("verification", "type")
    search_fields = ("name", "folded_name")
    show_full_result_count = False


@admin.register(Series)
class SeriesAdmin(OwnCities, ReadOnlyAdmin):
    """Recurrence rules and their occurrences."""

    city_paths = ()

    list_display = ("title", "origin", "rrule", "timezone")
    list_select_related = ("origin",)
    search_fields = ("title", "external_id")


@admin.register(DuplicateMatch)
class DuplicateMatchAdmin(OwnCities, ReadOnlyAdmin):
    """Verdicts and open questions on pairs of events."""

    city_paths = ("first__city", "second__city")

    list_display = ("outcome", "similarity", "first", "second", "reasons", "by_person", "created_at")
    list_select_related = ("first", "second")
    list_filter = ("outcome", "by_person")
    show_full_result_count = False


@admin.register(Proposal)
class ProposalAdmin(OwnCities, ReadOnlyAdmin):
    """Withheld changes beside the approved values."""

    city_paths = ("event__city",)

    list_display = ("event", "origin", "reasons", "created_at", "accepted")
    list_select_related = ("event", "origin")
    list_filter = ("accepted",)
