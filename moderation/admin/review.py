"""The review queue in the admin: the list. One review is in `workspace`, verdicts on many in `bulk`."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import now as clock

from audit.recorded import ModelAdmin
from moderation.admin.ahead import FetchesAhead
from moderation.admin.bulk import DecidesMany
from moderation.admin.comparing import Comparing
from moderation.admin.editing import EditsReviews
from moderation.admin.filters import SavesFilters
from moderation.admin.workspace import chosen_of
from moderation.desk.checks import why_words
from moderation.desk.priority import why_here
from moderation.desk.queue import QueueFilter, choices_of, narrowed_by
from moderation.desk.workspace import many_at_once
from moderation.enums import ReviewState
from moderation.models import Review
from moderation.phrases import kind_words, when_there
from moderation.queries import reviews_for
from moderation.services.claiming import CLAIM_HOLDS
from pipeline.text.shortening import shortened
from places.own_cities import OwnCities


class StateFilter(admin.SimpleListFilter):
    """Filters by state. The default is open reviews."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("all", "all"),
            *((state.value, state.value) for state in ReviewState if state is not ReviewState.OPEN),
        ]

    def choices(self, changelist: Any) -> Any:
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=["state"]),
            "display": "open",
        }
        for value, title in self.lookup_choices:
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({"state": value}),
                "display": title,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> QuerySet[Review]:
        if self.value() == "all":
            return queryset
        return queryset.filter(state=self.value() or ReviewState.OPEN)


class _QueueFilter(admin.SimpleListFilter):
    """Filters by one field of the desk's filter, under the same name in the address."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(choices_of(str(self.parameter_name), by=request.user).items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> QuerySet[Review]:
        if not self.value():
            return queryset
        chosen = QueueFilter.from_query({"state": "all", str(self.parameter_name): str(self.value())})
        return narrowed_by(queryset, request.user, chosen)


def _filter(name: str, title: str) -> type[_QueueFilter]:
    return type(f"{name.capitalize()}Filter", (_QueueFilter,), {"parameter_name": name, "title": title})


def _parts(said: Sequence[str]) -> SafeString:
    """Each part of a cell as a unit; empty ones are left out."""
    return format_html_join(" ", '<span class="queue__part">{}</span>', ((one,) for one in said if one))


@admin.register(Review)
class ReviewAdmin(SavesFilters, DecidesMany, Comparing, EditsReviews, FetchesAhead, OwnCities, ModelAdmin):
    """The review queue. Reviews of events that start soon and of published events come first."""

    list_display = ("title", "asks", "when", "why", "feed", "holder")
    list_select_related = ("city", "claimed_by")
    list_filter = (
        StateFilter,
        _filter("kind", "question"),
        _filter("reason", "reason"),
        _filter("city", "city"),
        _filter("source", "source"),
        _filter("category", "category"),
        _filter("confidence", "how certain the machine is"),
        _filter("age", "waits for at least"),
        _filter("mine", "whose"),
    )
    search_fields = ("title",)
    ordering = ("-priority", "starts_at", "id")
    show_full_result_count = False
    empty_value_display = ""
    when_empty = "Nothing waits for a moderator."
    actions = ("decide_selected",)
    list_before_template = "admin/moderation/review/above_list.html"

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["desk/desk.css", "desk/groups.css"]}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list; above it saved filters, and groups that one answer may fit."""
        chosen = chosen_of(request)
        above = {
            "query": chosen.query(),
            "here": request.get_full_path(),
            **many_at_once(request.user, chosen),
        }
        return super().changelist_view(request, {**(extra_context or {}), **above})

    def narrow(self, request: HttpRequest, rows: QuerySet[Review]) -> QuerySet[Review]:
        return reviews_for(request.user, rows)

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        """The page of a review is for those who decide; to others the list says all."""
        return (
            super().get_list_display_links(request, list_display)
            if self.has_change_permission(request)
            else None
        )

    def get_preserved_filters(self, request: HttpRequest) -> str:
        """The query string of the list, by which the desk knows the queue that a moderator has chosen."""
        return request.GET.urlencode()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="question", ordering="kind")
    def asks(self, review: Review) -> str:
        return kind_words(review.kind)

    @admin.display(description="when and where", ordering="starts_at")
    def when(self, review: Review) -> str:
        said = [when_there(review), review.city.name if review.city else ""]
        return _parts(said)

    @admin.display(description="why")
    def why(self, review: Review) -> str:
        """The first reason, and how many more the item names."""
        if not review.reasons:
            return "–"
        first, more = shortened(why_words(review.reasons[0]), 100), len(review.reasons) - 1
        said = [first, f"and {more} more" if more else ""]
        parts = _parts(said)
        return format_html('<span title="{}">{}</span>', why_here(review), parts)

    @admin.display(description="source")
    def feed(self, review: Review) -> str:
        """The source's name, and the grade of what it sent."""
        grade = (review.evidence.get("facts") or {}).get("quality", {}).get("grade")
        name = str(review.evidence.get("source_name") or review.source)
        said = [name, f"grade {grade}" if grade else ""]
        return _parts(said)

    @admin.display(description="who is there")
    def holder(self, review: Review) -> str:
        is_held = review.claimed_at is not None and review.claimed_at >= clock() - CLAIM_HOLDS
        return str(review.claimed_by) if is_held else ""
