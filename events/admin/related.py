"""Related models of events in the admin, mostly read-only."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.forms import InputForm
from events.models import Category, DuplicateMatch, Organizer, Proposal, Series
from outbox.admin import ReadOnlyAdmin


@admin.register(Category)
class CategoryAdmin(ReadOnlyAdmin):
    """The controlled taxonomy."""

    list_display = ("name", "slug", "covers")


@admin.register(Organizer)
class OrganizerAdmin(ModelAdmin):
    """Organizers."""

    form = InputForm

    list_display = ("name", "type", "url", "verification")
    list_filter = ("verification", "type")
    search_fields = ("name", "folded_name")
    show_full_result_count = False


@admin.register(Series)
class SeriesAdmin(ReadOnlyAdmin):
    """Recurrence rules and their occurrences."""

    list_display = ("title", "origin", "rrule", "timezone")
    list_select_related = ("origin",)
    search_fields = ("title", "external_id")


@admin.register(DuplicateMatch)
class DuplicateMatchAdmin(ReadOnlyAdmin):
    """Verdicts and open questions on pairs of events."""

    list_display = ("outcome", "similarity", "first", "second", "reasons", "by_person", "created_at")
    list_select_related = ("first", "second")
    list_filter = ("outcome", "by_person")
    show_full_result_count = False


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """Withheld changes beside the approved values."""

    list_display = ("event", "origin", "reasons", "created_at", "accepted")
    list_select_related = ("event", "origin")
    list_filter = ("accepted",)
