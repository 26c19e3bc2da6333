"""Events in the admin. Saving goes through the services, which lock the changed fields and write a Change."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action

from accounts.rights import may, require
from audit.recorded import ModelAdmin
from events import services
from events.admin.columns import COLUMNS, ComingFilter
from events.admin.preview import preview_urls
from events.admin.verifying import ShowsVerification
from events.desk import VenueCorrections
from events.editing import Editing, EventForm, form_from, suggestions
from events.editing.inputs import utc_words
from events.enums import Publication
from events.exceptions import EventError
from events.models import DuplicateMatch, Event, Listing
from events.queries.text import matching
from events.services.merging.verdicts import MERGE
from events.services.publication import CHANGE, PUBLISH
from pipeline.contract.enums import MatchOutcome
from places.own_cities import OwnCities
from places.queries.reach import may_in, require_city


def _moment(moment: datetime | None) -> str:
    """A time for people, `Sat 21 Nov 2026, 12:00 UTC`; `not yet` for none."""
    return utc_words(moment.isoformat()) if moment else "not yet"


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
class EventAdmin(ShowsVerification, VenueCorrections, OwnCities, ModelAdmin):
    """The canonical events. Nothing is deleted here: removal is a state with a reason."""

    list_display = COLUMNS
    when_empty = "There is no event yet. Enable a source, or tell of one at /submit/."
    list_select_related = ("city", "category")
    list_filter = ("publication", "happening", "freshness", ComingFilter, "category")
    search_fields = ("title", "venue_name", "id")
    search_help_text = (
        "words of the title, venue, tags or text; a part of the title of three letters or more; an id"
    )
    date_hierarchy = None
    show_full_result_count = False
    ordering = ("-created_at",)
    actions = (
        "approve",
        "remove",
        "unmerge_selected",
        "apply_venue_corrections",
        "take_venue_corrections_back",
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Event], search_term: str
    ) -> tuple[QuerySet[Event], bool]:
        """Search by the indexes that readers' searches use, or by an id; never through a million rows."""
        return matching(queryset, search_term) if search_term.strip() else queryset, False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return may(request.user, PUBLISH)

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return may(request.user, MERGE)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of an event: the form for people, and what is known about it."""
        event = self.get_object(request, object_id)
        may_change = self.has_change_permission(request, event)
        if request.method == "POST":
            require(request.user, CHANGE)
            return self._saved(request, event)
        form = EventForm(event=event, by=request.user)
        return self._page(request, event, form if may_change else None)

    def _saved(self, request: HttpRequest, event: Event) -> HttpResponse:
        """Save the form by the service, which locks the changed fields and writes a Change; or show it again."""
        stale = request.POST.get("version") != str(event.version)
        form, both = form_from(request.POST, event=event, by=request.user)
        if not stale and "take" not in request.POST and form.is_valid():
            try:
                services.edit(
                    event.pk, form.values, unlock=form.unlock_fields, version=event.version, by=request.user
                )
            except EventError as error:
                form.add_error(None, error.detail)
            else:
                messages.success(request, f"Saved: {event.title}")
                return HttpResponseRedirect(reverse("admin:events_event_change", args=[event.pk]))
        return self._page(request, event, form, both=both, changed_meanwhile=stale)

    def _page(
        self,
        request: HttpRequest,
        event: Event,
        form: EventForm | None,
        *,
        both: Sequence[str] = (),
        **more: Any,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            **more,
            "title": event.title,
            "opts": self.opts,
            "event": event,
            "may_change": form is not None,
            "editing": Editing(form, both=both) if form else None,
            "buttons": [("save", "Save")],
            "action": "",
            "facts": self._facts(request, event),
            "listings": event.listings.select_related("origin").order_by("pk"),
        }
        return render(request, "admin/events/event/change.html", context)

    def _facts(self, request: HttpRequest, event: Event) -> list[tuple[str, Any]]:
        """What is known about the event beside its fields.

        Without what tells of events of other cities that were merged with this one.
        """
        related = Event.objects.filter(Q(merged_into=event) | Q(merged_events=event))
        cities = set(related.values_list("city_id", flat=True))
        facts: list[tuple[str, Any]] = [
            ("It is", f"{event.publication} {event.publication_reason}".strip()),
            (
                "Its sources",
                {"seen": "still list it", "missing": "no longer list it"}.get(
                    event.freshness, event.freshness
                ),
            ),
            ("Verification", self.verified(event) if may(request.user, CHANGE) else self.mark(event)),
            ("Quality", f"{event.quality_score:.2f}"),
            ("Published", _moment(event.published_at)),
            (
                "Decided",
                f"{_moment(event.moderated_at)} by {event.moderated_by}"
                if event.moderated_by
                else "by no person",
            ),
            ("First seen", _moment(event.first_seen_at)),
            ("Decisions", self.decided(event)),
        ]
        if not cities or may_in(request.user, *cities):
            facts.append(("Came together", self.came_together(event)))
        return facts

    def suggest_view(self, request: HttpRequest) -> HttpResponse:
        """Known venues, or organizers, whose name holds what is typed, as JSON."""
        asked = request.GET
        found = suggestions(
            asked.get("kind", ""), asked.get("q", ""), city=asked.get("city", ""), by=request.user
        )
        return JsonResponse({"found": found})

    def decided(self, event: Event) -> SafeString:
        """The decisions of moderators and rules, which a higher app stores."""
        return format_html(
            '<a class="underline" href="{}?q={}">Its decisions</a>',
            reverse("admin:moderation_decision_changelist"),
            event.pk,
        )

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
            *preview_urls(self),
            path("suggest/", self.admin_site.admin_view(self.suggest_view), name="events_event_suggest"),
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
