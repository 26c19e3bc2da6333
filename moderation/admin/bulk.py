"""One verdict on many reviews, from the list: the evidence first, then the verdict, its progress and its undoing."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.timezone import now as clock
from unfold.decorators import action

from accounts.rights import may
from moderation import services
from moderation.desk.groups import group_in, reviews_in
from moderation.desk.queue import QueueFilter
from moderation.enums import BulkState, ItemState, RejectReason, ReviewKind, ReviewState, Verdict
from moderation.exceptions import ModerationError
from moderation.models import BulkDecision, BulkItem, Review
from moderation.services.bulk import GIVEN_TO_MANY, MOST, progress
from moderation.services.verdicts import VERDICTS
from places.queries.reach import OVERSEE

#: So many items of a report are shown of those that need no look; of the others all.
SHOWN = 200
#: So many bulk decisions are listed.
LISTED = 50
#: What no worker has begun after this time is said to be late.
LATE = timedelta(seconds=15)
#: So many reviews of a group are shown at once.
MOST_OF_GROUP = 300


class DecidesMany:
    """The part of ReviewAdmin that decides many at once."""

    @action(description="Decide the selected: see them first", permissions=["change"])
    def decide_selected(self, request: HttpRequest, reviews: QuerySet[Review]) -> HttpResponse:
        """The page with what is known of each chosen review, each of which can be left out."""
        return self._evidence(request, reviews, most=MOST)

    def group_view(self, request: HttpRequest) -> HttpResponse:
        """The page with what is known of each review of a group that the address names."""
        self._require_change(request)
        group = group_in(request.GET.dict())
        if group is None:
            raise Http404("There is no such group.")
        reviews = reviews_in(group, by=request.user, chosen=QueueFilter.from_query(request.GET.dict()))
        return self._evidence(request, reviews, most=MOST_OF_GROUP)

    def _evidence(self, request: HttpRequest, reviews: QuerySet[Review], *, most: int) -> HttpResponse:
        waiting = reviews.filter(state=ReviewState.OPEN).select_related("city")
        chosen = list(waiting.order_by("-priority", "starts_at", "id")[: most + 1])
        if len(chosen) > most:
            chosen.pop()
            messages.warning(request, f"Only the first {most} are shown; decide the others after them.")
        desk: Any = self
        return render(
            request,
            "admin/moderation/review/bulk.html",
            {
                **desk.admin_site.each_context(request),
                "title": "Decide many",
                "opts": desk.opts,
                "query": QueueFilter.from_query(request.GET.dict()).query(),
                "reviews": chosen,
                "verdicts": _verdicts_for({ReviewKind(review.kind) for review in chosen}),
                "reasons": [(reason.value, reason.value.replace("_", " ")) for reason in RejectReason],
            },
        )

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view  # type: ignore[attr-defined]
        return [
            path("group/", view(self.group_view), name="moderation_review_group"),
            path("bulk/", view(self.bulk_start_view), name="moderation_review_bulk"),
            path("bulk/<uuid:pk>/", view(self.bulk_view), name="moderation_review_bulk_report"),
            path(
                "bulk/<uuid:pk>/progress/",
                view(self.bulk_progress_view),
                name="moderation_review_bulk_progress",
            ),
            path("bulk/<uuid:pk>/undo/", view(self.bulk_undo_view), name="moderation_review_bulk_undo"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def bulk_start_view(self, request: HttpRequest) -> HttpResponse:
        """File the verdict and go to its report. It is carried out in the background. A GET lists what was filed."""
        self._require_change(request)
        if request.method != "POST":
            return self._list(request)
        query = QueueFilter.from_query(request.GET.dict()).query()
        back = f"?{query}" if query else ""
        try:
            bulk = services.start_bulk(
                _versions(request.POST.getlist("review")),
                Verdict(request.POST.get("verdict", "")),
                by=request.user,  # type: ignore[arg-type]
                reason=request.POST.get("reason", ""),
                note=request.POST.get("note", "")[:2000],
            )
        except ModerationError as error:
            messages.error(request, f"{error.detail} Nothing was done.")
        except ValueError:
            messages.error(request, "Choose a verdict. Nothing was done.")
        else:
            return HttpResponseRedirect(reverse("admin:moderation_review_bulk_report", args=[bulk.pk]) + back)
        return HttpResponseRedirect(reverse("admin:moderation_review_changelist") + back)

    def _list(self, request: HttpRequest) -> HttpResponse:
        """The newest bulk decisions that the person may see (two queries)."""
        desk: Any = self
        rows = self._bulks(request).annotate(items_in_all=Count("items")).order_by("-created_at")[:LISTED]
        context = {
            **desk.admin_site.each_context(request),
            "title": "Decided many at once",
            "opts": desk.opts,
            "bulks": list(rows),
            "most": LISTED,
        }
        return render(request, "admin/moderation/review/bulk_list.html", context)

    def bulk_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What came of each review of a bulk decision."""
        bulk = self._bulk(request, pk)
        desk: Any = self
        context = {
            **desk.admin_site.each_context(request),
            "title": "Many decided at once",
            "opts": desk.opts,
            "query": QueueFilter.from_query(request.GET.dict()).query(),
            **_report(bulk),
        }
        return render(request, "admin/moderation/review/bulk_report.html", context)

    def bulk_progress_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """How far a bulk decision is, as a part of its page; 204 where that is as it was `seen`."""
        now = _progress(self._bulk(request, pk))
        if request.GET.get("seen") == f"{now['bulk'].state}-{now['so_far']}-{now['is_late']}":
            response = HttpResponse(status=204)
        else:
            context = {**_report(now["bulk"]), "is_part": True}
            response = render(request, "admin/moderation/review/bulk_progress.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def bulk_undo_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take a bulk decision back, in the background."""
        bulk = self._bulk(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:moderation_review_bulk_report", args=[bulk.pk]))
        try:
            services.undo_bulk(bulk.pk, by=request.user)  # type: ignore[arg-type]
        except ModerationError as error:
            messages.error(request, error.detail)
        return HttpResponseRedirect(reverse("admin:moderation_review_bulk_report", args=[bulk.pk]))

    def _bulk(self, request: HttpRequest, pk: UUID) -> BulkDecision:
        """The bulk decision: one's own, or any for who works in all cities."""
        self._require_change(request)
        return get_object_or_404(self._bulks(request), pk=pk)

    def _bulks(self, request: HttpRequest) -> QuerySet[BulkDecision]:
        rows = BulkDecision.objects.select_related("by", "undone_by")
        return rows if may(request.user, OVERSEE) else rows.filter(by=request.user.pk)

    def _require_change(self, request: HttpRequest) -> None:
        if not self.has_change_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied


def _verdicts_for(kinds: set[ReviewKind]) -> list[tuple[str, str]]:
    """The verdicts that some of the chosen kinds allow."""
    allowed = {verdict for kind in kinds for verdict in VERDICTS[kind]}
    return [(one.value, one.value.replace("_", " ")) for one in GIVEN_TO_MANY if one in allowed]


def _versions(chosen: list[str]) -> dict[UUID, int]:
    """Reviews and the versions that were seen, from values such as `ID:3`. Raises ValueError."""
    parts = [one.partition(":") for one in chosen]
    return {UUID(pk): int(version) for pk, _, version in parts}


def _report(bulk: BulkDecision) -> dict[str, Any]:
    """How far it is, and what came of each item: those that were not carried out, and of the others the first."""
    rows = BulkItem.objects.filter(bulk=bulk).select_related("review__city").defer("review__evidence")
    settled = list(rows.filter(state__in=(ItemState.DONE, ItemState.UNDONE))[:SHOWN])
    report = _progress(bulk)
    counts = report["counts"]
    return {
        **report,
        "refused": list(rows.filter(state__in=(ItemState.FAILED, ItemState.KEPT, ItemState.LEFT))),
        "settled": settled,
        "more": max(counts["done"] + counts["undone"] - len(settled), 0),
    }


def _progress(bulk: BulkDecision) -> dict[str, Any]:
    counts = progress(bulk)
    left = counts["done"] if bulk.state == BulkState.UNDOING else counts["waiting"]
    over = bulk.state in (BulkState.DONE, BulkState.UNDONE)
    return {
        "bulk": bulk,
        "counts": counts,
        "over": over,
        "is_late": not over and left == counts["total"] and bulk.created_at < clock() - LATE,
        "so_far": counts["total"] if over else counts["total"] - left,
        "may_take_back": bulk.state in (BulkState.RUNNING, BulkState.DONE)
        and counts["done"] + counts["waiting"] > 0,
    }
