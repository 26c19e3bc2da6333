"""The review queue in the admin: the list, one review with its evidence, and verdicts.

A verdict carries the version of the review that the moderator saw.
"""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from unfold.decorators import action

from audit.recorded import ModelAdmin
from events.exceptions import EventError
from moderation import services
from moderation.admin.evidence import shown_evidence
from moderation.admin.sidebar import may_see_queue, queue_of
from moderation.enums import RejectReason, ReviewKind, ReviewState, Verdict
from moderation.exceptions import Conflict, ModerationError
from moderation.models import Review
from moderation.queries import decisions_on, reviews_for
from moderation.services.deciding import VERDICTS
from pipeline.dates.event_times import zone_or_utc
from places.own_cities import OwnCities, OwnCityFilter


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


@admin.register(Review)
class ReviewAdmin(OwnCities, ModelAdmin):
    """The review queue. Reviews of events that start soon and of published events come first."""

    list_display = ("title", "kind", "city", "when", "why", "source", "quality", "claimed_by")
    list_select_related = ("city", "claimed_by")
    list_filter = (StateFilter, "kind", ("city", OwnCityFilter))
    search_fields = ("title", "evidence__source")
    ordering = ("-priority", "starts_at", "created_at")
    list_per_page = 50
    show_full_result_count = False
    actions = ("approve_selected", "reject_as_no_event", "reject_as_spam")

    def narrow(self, request: HttpRequest, rows: QuerySet[Review]) -> QuerySet[Review]:
        return reviews_for(request.user, rows)

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        """The page of a review is for those who decide; to others the list says all."""
        return (
            super().get_list_display_links(request, list_display)
            if self.has_change_permission(request)
            else None
        )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="when, there", ordering="starts_at")
    def when(self, review: Review) -> str:
        if review.starts_at is None:
            return "not known"
        zone = zone_or_utc(review.city.timezone if review.city else "")
        return f"{review.starts_at.astimezone(zone):%a %d %b %H:%M %Z}"

    @admin.display(description="why")
    def why(self, review: Review) -> str:
        return "; ".join(review.reasons)[:160]

    @admin.display(description="source")
    def source(self, review: Review) -> str:
        return str(review.evidence.get("source_name") or review.evidence.get("source") or "")

    @admin.display(description="quality")
    def quality(self, review: Review) -> str:
        return str((review.evidence.get("facts") or {}).get("quality", {}).get("grade", ""))

    # --- many at once ---

    @action(description="Approve the selected", permissions=["change"])
    def approve_selected(self, request: HttpRequest, reviews: QuerySet[Review]) -> None:
        self._decide_many(request, reviews, Verdict.APPROVE)

    @action(description="Reject the selected: not an event", permissions=["change"])
    def reject_as_no_event(self, request: HttpRequest, reviews: QuerySet[Review]) -> None:
        self._decide_many(request, reviews, Verdict.REJECT, RejectReason.NOT_AN_EVENT)

    @action(description="Reject the selected: spam", permissions=["change"])
    def reject_as_spam(self, request: HttpRequest, reviews: QuerySet[Review]) -> None:
        self._decide_many(request, reviews, Verdict.REJECT, RejectReason.SPAM)

    def _decide_many(
        self, request: HttpRequest, reviews: QuerySet[Review], verdict: Verdict, reason: str = ""
    ) -> None:
        chosen = [(review.pk, review.version) for review in reviews]
        done, problems = services.decide_many(chosen, verdict, by=request.user, reason=reason)
        if done:
            messages.success(request, f"{len(done)} decided: {verdict.value}.")
        for problem in problems[:5]:
            messages.error(request, problem)

    # --- one, with its evidence ---

    def get_urls(self) -> list[Any]:
        return [
            path("left/", self.admin_site.admin_view(self.left_view), name="moderation_review_left"),
            path(
                "<uuid:pk>/decide/",
                self.admin_site.admin_view(self.decide_view),
                name="moderation_review_decide",
            ),
            path(
                "undo/<uuid:pk>/", self.admin_site.admin_view(self.undo_view), name="moderation_review_undo"
            ),
            *super().get_urls(),
        ]

    def left_view(self, request: HttpRequest) -> HttpResponse:
        """The number of open reviews, as the page fragments that `static/js/live.js` inserts."""
        if not may_see_queue(request):
            raise PermissionDenied
        response = render(request, "admin/moderation/review/left.html", queue_of(request.user))
        response["Cache-Control"] = "no-store"
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The review page. Opening an open review claims it for a quarter of an hour."""
        review = self._review(request, object_id)
        if review.state == ReviewState.OPEN and request.method == "GET":
            try:
                review = services.claim(review.pk, by=request.user)
            except Conflict as error:
                messages.warning(request, error.detail)
        return render(request, "admin/moderation/review/desk.html", self._context(request, review))

    def decide_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Carry out a verdict and redirect to the next review."""
        review = self._review(request, str(pk))
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:moderation_review_change", args=[pk]))
        following = self._next_after(request, review)
        try:
            decision = services.decide(
                pk,
                Verdict(request.POST.get("verdict", "")),
                by=request.user,
                version=int(request.POST.get("version") or 0),
                reason=request.POST.get("reason", ""),
                note=request.POST.get("note", "")[:2000],
                other=UUID(request.POST["other"]) if request.POST.get("other") else None,
            )
        except (ModerationError, EventError) as error:
            messages.error(request, error.detail)
            return HttpResponseRedirect(reverse("admin:moderation_review_change", args=[pk]))
        except ValueError:
            messages.error(
                request, "The verdict, the version or the other event could not be read. Nothing was done."
            )
            return HttpResponseRedirect(reverse("admin:moderation_review_change", args=[pk]))
        request.session["last_decision"] = str(decision.pk)
        messages.success(request, f"{decision.get_verdict_display().capitalize()}: {review.title}")
        return HttpResponseRedirect(following)

    def undo_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Undo the last verdict."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            try:
                decision = services.undo(pk, by=request.user)
                request.session.pop("last_decision", None)
                messages.success(request, "Taken back.")
                if decision.review_id:
                    return HttpResponseRedirect(
                        reverse("admin:moderation_review_change", args=[decision.review_id])
                    )
            except (ModerationError, EventError) as error:
                messages.error(request, error.detail)
        return HttpResponseRedirect(reverse("admin:moderation_review_changelist"))

    def _review(self, request: HttpRequest, object_id: str) -> Review:
        if not self.has_change_permission(request):
            raise Http404("There is no such review.")
        review: Review = self.get_object(request, object_id)
        return review

    def _next_after(self, request: HttpRequest, review: Review) -> str:
        """The address of the next open review, or of the queue."""
        queue = (
            self.get_queryset(request)
            .filter(state=ReviewState.OPEN)
            .exclude(pk=review.pk)
            .order_by(*self.ordering)
        )
        following = queue.values_list("pk", flat=True).first()
        if following is None:
            return reverse("admin:moderation_review_changelist")
        return reverse("admin:moderation_review_change", args=[following])

    def _context(self, request: HttpRequest, review: Review) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": review.title,
            "opts": self.opts,
            "review": review,
            **shown_evidence(review, by=request.user),
            "verdicts": {verdict.value for verdict in VERDICTS[ReviewKind(review.kind)]},
            "reasons": [(reason.value, reason.value.replace("_", " ")) for reason in RejectReason],
            **queue_of(request.user),
            "last_decision": request.session.get("last_decision"),
            "next_url": self._next_after(request, review),
            "decisions": decisions_on(review.object_id)[:10],
        }
