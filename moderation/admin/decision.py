"""The audit trail in the admin."""

from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from moderation.enums import ReviewKind, Verdict
from moderation.models import Decision
from moderation.queries import decisions_for, decisions_on
from outbox.admin import ReadOnlyAdmin
from places.own_cities import OwnCities


@admin.register(Decision)
class DecisionAdmin(OwnCities, ReadOnlyAdmin):
    """The audit trail."""

    list_display = ("verdict", "reason", "what", "note", "by", "automatic", "at", "way_back")
    list_select_related = ("by", "review")
    list_filter = ("verdict", "automatic")
    search_fields = ("object_id", "note")
    show_full_result_count = False

    def narrow(self, request: HttpRequest, rows: QuerySet[Decision]) -> QuerySet[Decision]:
        return decisions_for(request.user, rows)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Decision], search_term: str
    ) -> tuple[QuerySet[Decision], bool]:
        """Search by an event's id: verdicts on it, and decisions of rules on the batches that contained it."""
        try:
            return queryset.filter(pk__in=decisions_on(UUID(search_term.strip())).values("pk")), False
        except ValueError:
            return super().get_search_results(request, queryset, search_term)

    @admin.display(description="on")
    def what(self, decision: Decision) -> str:
        """The object, or how many events a rule let through."""
        return f"{len(decision.events)} events" if decision.events else str(decision.object_id)

    @admin.display(description="")
    def way_back(self, decision: Decision) -> str:
        """A link from a merge to the page that undoes it. That page checks whether the merge still holds."""
        if decision.verdict != Verdict.MERGE or "other" not in decision.after:
            return ""
        if decision.review is None or decision.review.kind == ReviewKind.VENUE:
            return ""
        return format_html(
            '<a href="{}">Un-merge</a>', reverse("admin:events_event_unmerge", args=[decision.object_id])
        )
