"""The review queue in the admin: the list, one review with its evidence, and verdicts.

A verdict carries the version of the review that the moderator saw.
"""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from unfold.admin import ModelAdmin
from unfold.decorators import action

from events.exceptions import EventError
from events.models import Event, Proposal
from events.queries.copies import copied_pictures
from events.services import Preview, preview_listing, preview_merge
from moderation import services
from moderation.enums import RejectReason, ReviewKind, ReviewState, Verdict
from moderation.exceptions import Conflict, ModerationError
from moderation.models import Decision, Review
from moderation.queries import decisions_on
from moderation.services.deciding import VERDICTS
from moderation.services.queue_size import count_open
from outbox.admin import ReadOnlyAdmin
from pipeline.contract.fields import simple_words
from pipeline.dates.event_times import zone_or_utc


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
class ReviewAdmin(ModelAdmin):
    """The review queue. Reviews of events that start soon and of published events come first."""

    list_display = ("title", "kind", "city", "when", "why", "source", "quality", "claimed_by")
    list_select_related = ("city", "claimed_by")
    list_filter = (StateFilter, "kind", "city")
    search_fields = ("title", "evidence__source")
    ordering = ("-priority", "starts_at", "created_at")
    list_per_page = 50
    show_full_result_count = False
    actions = ("approve_selected", "reject_as_no_event", "reject_as_spam")

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
        response = render(request, "admin/moderation/review/left.html", {"left": count_open()})
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
        following = self._next_after(review)
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
        review = self.get_object(request, object_id)
        if review is None or not self.has_change_permission(request, review):
            raise Http404("There is no such review.")
        return review

    def _next_after(self, review: Review) -> str:
        """The address of the next open review, or of the queue."""
        queue = Review.objects.filter(state=ReviewState.OPEN).exclude(pk=review.pk).order_by(*self.ordering)
        following = queue.values_list("pk", flat=True).first()
        if following is None:
            return reverse("admin:moderation_review_changelist")
        return reverse("admin:moderation_review_change", args=[following])

    def _context(self, request: HttpRequest, review: Review) -> dict[str, Any]:
        evidence = review.evidence
        preview = _preview(review)
        event = (
            Event.objects.select_related("city", "area", "category", "organizer")
            .filter(pk=review.object_id)
            .first()
        )
        likes = evidence.get("similar") or []
        others = Event.objects.in_bulk([like["event"] for like in likes])
        return {
            **self.admin_site.each_context(request),
            "title": review.title,
            "opts": self.opts,
            "review": review,
            "event": event,
            "facts": evidence.get("facts") or {},
            "simple_facts": simple_words(evidence.get("facts") or {}),
            "problems": _problems(evidence.get("facts") or {}),
            "pictures": copied_pictures(event) if event else [],
            "changes": [
                {"field": name, "before": pair[0], "after": pair[1]}
                for name, pair in (evidence.get("changes") or {}).items()
            ],
            "proposals": list(Proposal.objects.filter(event=review.object_id, decided_at__isnull=True))
            if review.kind == ReviewKind.CHANGE
            else [],
            "likes": [_liked(like, others.get(UUID(like["event"]))) for like in likes],
            "preview": preview,
            "listing": evidence.get("listing"),
            "venues": evidence.get("places") or [],
            "venue_rows": _rows(evidence.get("places") or []),
            "verdicts": {verdict.value for verdict in VERDICTS[ReviewKind(review.kind)]},
            "reasons": [(reason.value, reason.value.replace("_", " ")) for reason in RejectReason],
            "left": count_open(),
            "last_decision": request.session.get("last_decision"),
            "next_url": self._next_after(review),
            "decisions": decisions_on(review.object_id)[:10],
        }


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """The audit trail."""

    list_display = ("verdict", "reason", "what", "note", "by", "automatic", "at", "way_back")
    list_select_related = ("by", "review")
    list_filter = ("verdict", "automatic")
    search_fields = ("object_id", "note")
    show_full_result_count = False

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


def may_see_queue(request: HttpRequest) -> bool:
    """Whether the sidebar shows the queue."""
    return request.user.has_perm("moderation.view_review") or request.user.has_perm(
        "moderation.change_review"
    )


def open_reviews(_request: HttpRequest) -> SafeString:
    """The live count beside the queue's name."""
    return mark_safe(render_to_string("admin/moderation/review/badge.html", {"left": count_open()}))  # noqa: S308 (a template's own output)


def _rows(venues: list[dict[str, Any]]) -> list[tuple[str, list[Any]]]:
    """The facts about two venues, side by side: a row for each fact that one of them has."""
    names = [name for venue in venues for name in venue if name not in ("id", "name")]
    return [
        (name, [venue.get(name) or "" for venue in venues])
        for name in dict.fromkeys(names)
        if any(venue.get(name) for venue in venues)
    ]


def _preview(review: Review) -> Preview | None:
    """A preview of the merged event; None without a pair, or where one of the two was deleted."""
    likes = review.evidence.get("similar") or []
    if review.kind != ReviewKind.MATCH or review.state != ReviewState.OPEN or not likes:
        return None
    try:
        if review.evidence.get("listing"):
            return preview_listing(review.object_id)
        return preview_merge(UUID(likes[0]["event"]), review.object_id)
    except (ObjectDoesNotExist, EventError):
        return None


def _liked(like: dict[str, Any], other: Event | None) -> dict[str, Any]:
    """A similar event with its title and time, where it still exists."""
    when = f"{other.start_at.astimezone(zone_or_utc(other.timezone)):%Y-%m-%d %H:%M %Z}" if other else ""
    return {**like, "other": other, "when": when}


def _problems(facts: dict[str, Any]) -> list[str]:
    """The problems that the quality gates found, as sentences."""
    gates = (facts.get("quality") or {}).get("gates") or {}
    return [problem for gate in gates.values() for problem in gate.get("problems", [])]
