"""Events at the desk. Saving goes through the services: what a person sets is locked, told and kept."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action

from events import services
from events.desk import VenueCorrections
from events.enums import Publication
from events.exceptions import EventError
from events.models import Category, DuplicateMatch, Event, Listing, Organizer, Proposal, Series
from outbox.admin import ReadOnlyAdmin

#: What a person may set here; everything else is the pipeline's.
EDITABLE = (
    "title", "description", "start_at", "end_at", "start_date", "end_date", "all_day", "time_known", "opening_hours", "timezone", "place",
    "venue_name", "address", "city", "area", "lat", "lng", "category", "subcategory", "tags", "language", "price_type", "price_min", "price_max", "price_currency",
    "url", "ticket_url", "online", "online_url", "setting", "performers", "capacity", "happening", "sold_out", "verification",
)  # fmt: skip


class ListingInline(TabularInline):
    """Where the event is listed."""

    model = Listing
    fk_name = "event"
    extra = 0
    fields = ("origin", "external_id", "recurrence_id", "url", "changed_at", "missing_since")
    readonly_fields = fields
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Event)
class EventAdmin(VenueCorrections, ModelAdmin):
    """The canonical events. Nothing is deleted here: removal is a state with a reason."""

    list_display = ("title", "start_at", "city", "venue_name", "category", "publication", "happening", "freshness", "quality_score")
    list_select_related = ("city", "category")
    list_filter = ("publication", "happening", "freshness", "category")
    search_fields = ("title", "venue_name", "id")
    date_hierarchy = None
    show_full_result_count = False
    ordering = ("-created_at",)
    list_per_page = 50
    autocomplete_fields = ("city", "area", "place")
    readonly_fields = (
        "publication", "publication_reason", "freshness", "locks", "where_from", "quality_score", "published_at", "moderated_by", "moderated_at",
        "first_seen_at", "version", "merged_into",
    )  # fmt: skip
    fields = (*EDITABLE, *readonly_fields)
    inlines = (ListingInline,)
    actions = ("approve", "remove", "unmerge_selected", "apply_venue_corrections", "take_venue_corrections_back")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """What differs goes through `edit`, which locks, versions and tells it."""
        names = {field.name: field.attname for field in Event._meta.concrete_fields}
        services.edit(obj.pk, {names[name]: getattr(obj, names[name]) for name in form.changed_data if name in names}, by=request.user)

    @admin.display(description="locked by a person")
    def locks(self, event: Event) -> str:
        return ", ".join(event.locked_fields) or "nothing"

    @admin.display(description="which source gave what")
    def where_from(self, event: Event) -> SafeString:
        rows = ((name, str(given.get("origin", "")), str(given.get("at", ""))) for name, given in sorted(event.provenance.items()))
        return format_html("<ul>{}</ul>", format_html_join("", "<li><b>{}</b> {} {}</li>", rows))

    @action(description="Approve")
    def approve(self, request: HttpRequest, events: QuerySet[Event]) -> None:
        self._move(request, events, Publication.APPROVED)

    @action(description="Remove from the site")
    def remove(self, request: HttpRequest, events: QuerySet[Event]) -> None:
        self._move(request, events, Publication.REMOVED)

    @action(description="Undo the merge")
    def unmerge_selected(self, request: HttpRequest, events: QuerySet[Event]) -> None:
        for event in events:
            try:
                services.unmerge(event.pk, by=request.user)
            except EventError as error:
                messages.error(request, f"{event.title}: {error.detail}")
            else:
                messages.success(request, f"{event.title}: un-merged.")

    def _move(self, request: HttpRequest, events: QuerySet[Event], to: Publication) -> None:
        try:
            moved = services.change_statuses([event.pk for event in events], to, by=request.user, reason="at the desk")
        except EventError as error:
            messages.error(request, f"{error.detail} Nothing was changed.")
        else:
            messages.success(request, f"{len(moved)} events are {to.value}.")


@admin.register(Category)
class CategoryAdmin(ReadOnlyAdmin):
    """The controlled taxonomy."""

    list_display = ("name", "slug", "covers")


@admin.register(Organizer)
class OrganizerAdmin(ModelAdmin):
    """Who makes it happen."""

    list_display = ("name", "type", "url", "verification")
    list_filter = ("verification", "type")
    search_fields = ("name", "folded_name")
    show_full_result_count = False


@admin.register(Series)
class SeriesAdmin(ReadOnlyAdmin):
    """Rules and what they expanded to."""

    list_display = ("title", "origin", "rrule", "timezone")
    list_select_related = ("origin",)
    search_fields = ("title", "external_id")


@admin.register(DuplicateMatch)
class DuplicateMatchAdmin(ReadOnlyAdmin):
    """What matching found and people decided."""

    list_display = ("outcome", "similarity", "first", "second", "reasons", "by_person", "created_at")
    list_select_related = ("first", "second")
    list_filter = ("outcome", "by_person")
    show_full_result_count = False


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """Changes beside the approved values."""

    list_display = ("event", "origin", "reasons", "created_at", "accepted")
    list_select_related = ("event", "origin")
    list_filter = ("accepted",)
