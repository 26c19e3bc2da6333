"""The audit trail in the admin."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from accounts.rights import may
from audit.recorded import column
from moderation.enums import ReviewKind, Verdict
from moderation.models import Decision
from moderation.queries import against_rules, decisions_for, decisions_on
from moderation.services.claiming import JUDGE
from moderation.services.undoing import is_undoable
from outbox.admin import ReadOnlyAdmin
from places.own_cities import OwnCities


class AgainstRulesFilter(admin.SimpleListFilter):
    """Verdicts of people against what a rule had let through."""

    title = "against the rules"
    parameter_name = "against"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("rules", "refused after a rule let it through")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Decision]) -> QuerySet[Decision]:
        return against_rules(queryset) if self.value() else queryset


@admin.register(Decision)
class DecisionAdmin(OwnCities, ReadOnlyAdmin):
    """The audit trail."""

    list_display = (column("at", "when"), "verdict", "reason", "what", "who", "note", "way_back")
    ordering = ("-at", "-id")
    when_empty = "Nothing was decided yet."
    list_select_related = ("by", "review", "undone")
    list_filter = ("verdict", "automatic", AgainstRulesFilter)
    search_fields = ("object_id", "note")
    show_full_result_count = False

    def narrow(self, request: HttpRequest, rows: QuerySet[Decision]) -> QuerySet[Decision]:
        return decisions_for(request.user, rows)

    def get_list_display(self, request: HttpRequest) -> Any:
        """The way back is for those who judge."""
        return self.list_display if may(request.user, JUDGE) else self.list_display[:-1]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Decision], search_term: str
    ) -> tuple[QuerySet[Decision], bool]:
        """Search by an event's id: verdicts on it, and decisions of rules on the batches that contained it."""
        try:
            return queryset.filter(pk__in=decisions_on(UUID(search_term.strip())).values("pk")), False
        except ValueError:
            return super().get_search_results(request, queryset, search_term)

    @admin.display(description="by", ordering="by")
    def who(self, decision: Decision) -> str:
        return "a rule" if decision.automatic else str(decision.by or "somebody whose account is gone")

    @admin.display(description="on")
    def what(self, decision: Decision) -> str:
        """The title of what it was about, or how many events a rule let through."""
        if decision.events:
            return f"{len(decision.events)} events"
        return decision.review.title if decision.review else str(decision.object_id)

    @admin.display(description="way back")
    def way_back(self, decision: Decision) -> str:
        """A link to the page that undoes it, and checks whether it still holds; '' for what was undone or cannot be."""
        if decision.events or hasattr(decision, "undone") or not is_undoable(Verdict(decision.verdict)):
            return ""
        is_of_venues = decision.review is not None and decision.review.kind == ReviewKind.VENUE
        if decision.verdict == Verdict.MERGE and "other" in decision.after and not is_of_venues:
            address = reverse("admin:events_event_unmerge", args=[decision.object_id])
            return format_html('<a href="{}">Un-merge</a>', address)
        return format_html(
            '<a href="{}">Undo</a>', reverse("admin:moderation_review_undo", args=[decision.pk])
        )
