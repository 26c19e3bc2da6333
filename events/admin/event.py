"""Events in the admin. Saving goes through the services, which lock the changed fields and write a Change."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.decorators import action

from accounts.forms import InputForm
from accounts.rights import may, require
from audit.recorded import ModelAdmin
from events import services
from events.desk import VenueCorrections
from events.enums import Publication
from events.exceptions import EventError
from events.models import DuplicateMatch, Event, Listing
from events.services.merging.verdicts import MERGE
from events.services.publication import PUBLISH
from pipeline.contract.enums import MatchOutcome
from pipeline.contract.fields import EDITABLE
from places.own_cities import OwnCities
from places.queries.reach import may_in, require_city


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


def _merged_events(event: Event) -> Iterator[tuple[str, str, str]]:
    """Of each event that was merged into this one its title, the reasons, and the address that undoes it."""
    matches = {
        (match.first_id, match.second_id): match.reasons
        for match in DuplicateMatch.objects.filter(survivor=event)
    }
    for child in event.merged_events.order_by("title", "id"):
        reasons = matches.get((min(child.pk, event.pk), max(child.pk, event.pk)), "")
        yield child.title, reasons, reverse("admin:events_event_unmerge", args=[child.pk])


def _joined_listings(event: Event) -> Iterator[tuple[str, str, str]]:
    """Of each listing that matching joined its title, the reasons, and the address that takes it out."""
    listings = event.listings.filter(joined_at__isnull=False).select_related("origin")
    for one in listings.order_by("joined_at", "id"):
        title = f"{one.origin.name}: {one.facts.get('title', '')}"
        reasons = str(one.joined.get("reasons", ""))
        yield title, reasons, reverse("admin:events_event_take_out", args=[one.pk])


@admin.register(Event)
class EventAdmin(VenueCorrections, OwnCities, ModelAdmin):
    """The canonical events. Nothing is deleted here: removal is a state with a reason."""

    form = InputForm
    writes_by_service = True

    list_display = (
        "title",
        "start_at",
        "city",
        "venue_name",
        "category",
        "publication",
        "happening",
        "freshness",
        "quality_score",
    )
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
        "first_seen_at", "version", "merged_into", "came_together", "decided",
    )  # fmt: skip
    fields = (*EDITABLE, *readonly_fields)
    inlines = (ListingInline,)
    actions = (
        "approve",
        "remove",
        "unmerge_selected",
        "apply_venue_corrections",
        "take_venue_corrections_back",
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without what tells of events of other cities that were merged with this one."""
        cities = (
            set(
                Event.objects.filter(Q(merged_into=obj) | Q(merged_events=obj)).values_list(
                    "city_id", flat=True
                )
            )
            if obj
            else set()
        )
        hidden = () if not cities or may_in(request.user, *cities) else ("merged_into", "came_together")
        return tuple(name for name in self.fields if name not in hidden)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return may(request.user, PUBLISH)

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return may(request.user, MERGE)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Pass changed values to `edit`, which locks the fields and writes a Change."""
        names = {field.name: field.attname for field in Event._meta.concrete_fields}
        services.edit(
            obj.pk,
            {names[name]: getattr(obj, names[name]) for name in form.changed_data if name in names},
            by=request.user,
        )

    @admin.display(description="locked by a person")
    def locks(self, event: Event) -> str:
        return ", ".join(event.locked_fields) or "nothing"

    @admin.display(description="what was decided")
    def decided(self, event: Event) -> SafeString:
        """The decisions of moderators and rules, which a higher app stores."""
        return format_html(
            '<a class="underline" href="{}?q={}">Its decisions</a>',
            reverse("admin:moderation_decision_changelist"),
            event.pk,
        )

    @admin.display(description="which source gave what")
    def where_from(self, event: Event) -> SafeString:
        names = {
            str(listing.origin_id): listing.origin.name for listing in event.listings.select_related("origin")
        }
        rows = (
            (
                name,
                names.get(str(given.get("origin", "")), str(given.get("origin", ""))),
                str(given.get("at", ""))[:16],
            )
            for name, given in sorted(event.provenance.items())
        )
        return format_html("<ul>{}</ul>", format_html_join("", "<li><b>{}</b> {} {}</li>", rows))

    @admin.display(description="came together")
    def came_together(self, event: Event) -> SafeString:
        """The events merged into this one, and the listings that matching joined.

        Each has a link to undo it.
        """
        if event.publication == Publication.MERGED:
            return format_html(
                '<a class="underline" href="{}">Undo the merge</a>',
                reverse("admin:events_event_unmerge", args=[event.pk]),
            )
        rows = [*_merged_events(event), *_joined_listings(event)]
        if not rows:
            return SafeString("nothing")
        row = '<li>{} <small>{}</small> <a class="underline" href="{}">Take it out</a></li>'
        return format_html("<ul>{}</ul>", format_html_join("", row, rows))

    def get_urls(self) -> list[Any]:
        return [
            path(
                "<uuid:pk>/unmerge/",
                self.admin_site.admin_view(self.unmerge_view),
                name="events_event_unmerge",
            ),
            path(
                "listings/<uuid:pk>/take-out/",
                self.admin_site.admin_view(self.take_out_view),
                name="events_event_take_out",
            ),
            *super().get_urls(),
        ]

    def unmerge_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask for confirmation, then undo the merge of one event."""
        require(request.user, MERGE)
        child = get_object_or_404(self.get_queryset(request).select_related("merged_into"), pk=pk)
        if child.merged_into is not None:
            require_city(request.user, child.merged_into.city_id)
        match = (
            DuplicateMatch.objects.filter(Q(first=child) | Q(second=child), outcome=MatchOutcome.MERGE)
            .exclude(survivor=child)
            .first()
        )
        said = {
            "title": child.title,
            "reasons": match.reasons if match else "",
            "at": match.created_at if match else None,
            "left": child.merged_into,
        }
        return self._part(request, said, back=pk, undo=lambda: services.unmerge(pk, by=request.user))

    def take_out_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask for confirmation, then give a joined listing an event of its own."""
        require(request.user, MERGE)
        listings = Listing.objects.filter(event__in=self.get_queryset(request))
        listing = get_object_or_404(listings.select_related("event", "origin"), pk=pk)
        title = f"{listing.origin.name}: {listing.facts.get('title', '')}"
        said = {
            "title": title,
            "reasons": listing.joined.get("reasons", ""),
            "at": listing.joined_at,
            "left": listing.event,
        }
        return self._part(
            request, said, back=listing.event_id, undo=lambda: services.take_out(pk, by=request.user)
        )

    def _part(
        self, request: HttpRequest, said: dict[str, Any], *, back: UUID, undo: Callable[[], Event]
    ) -> HttpResponse:
        """The confirming page, and what a POST does."""
        if request.method != "POST":
            return render(
                request,
                "admin/events/event/part.html",
                {**self.admin_site.each_context(request), "opts": self.opts, "back": back, **said},
            )
        try:
            alone = undo()
        except EventError as error:
            messages.error(request, error.detail)
            return HttpResponseRedirect(reverse("admin:events_event_change", args=[back]))
        messages.success(
            request,
            f"“{alone.title}” is an event of its own again. The two are never merged automatically again.",
        )
        return HttpResponseRedirect(reverse("admin:events_event_change", args=[alone.pk]))

    @action(description="Approve", permissions=["publish"])
    def approve(self, request: HttpRequest, events: QuerySet[Event]) -> None:
        self._move(request, events, Publication.APPROVED)

    @action(description="Remove from the site", permissions=["publish"])
    def remove(self, request: HttpRequest, events: QuerySet[Event]) -> None:
        self._move(request, events, Publication.REMOVED)

    @action(description="Undo the merge", permissions=["merge"])
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
            moved = services.change_statuses(
                [event.pk for event in events], to, by=request.user, reason="in the admin"
            )
        except EventError as error:
            messages.error(request, f"{error.detail} Nothing was changed.")
        else:
            messages.success(request, f"{len(moved)} events are {to.value}.")
