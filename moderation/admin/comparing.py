"""Pages of the desk on which a review's event is compared with others, and found by a title."""

from typing import Any, Final
from urllib.parse import parse_qsl
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path

from moderation.admin.workspace import Workspace
from moderation.desk.event_pairs import MOST_BESIDE, compare_events
from moderation.desk.queue import QueueFilter
from moderation.desk.same_as import same_as
from moderation.desk.venue_pairs import compare_venues
from moderation.enums import ReviewKind
from moderation.models import Review

_FOLDER = "admin/moderation/review"
#: The kinds of review that are compared, and the panel that shows it.
_PANELS: Final = {
    ReviewKind.EVENT.value: "match",
    ReviewKind.MATCH.value: "match",
    ReviewKind.VENUE.value: "venue",
}


class Comparing(Workspace):
    """The pages of a review, with those of a comparison."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/compare/", view(self.compare_view), name="moderation_review_compare"),
            path("<uuid:pk>/same/", view(self.same_view), name="moderation_review_same"),
            *super().get_urls(),
        ]

    def compare_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The review's event beside `other` (several), by default its candidates, with the form of the verdict.

        `same` are those that are meant, `stays` is who survives. With `part` only the comparison, for the script
        that shows it anew when one of them was ticked.
        """
        review = self._compared(request, pk)
        same, stays = _ids(request, "same"), next(iter(_ids(request, "stays")), None)
        if review.kind == ReviewKind.VENUE:
            comparison = compare_venues(review.evidence, stays=stays)
        else:
            others = _ids(request, "other")
            likes = [*({"event": str(pk)} for pk in others), *(review.evidence.get("similar") or [])]
            comparison = compare_events(
                review.object_id, _known_first(likes), same=same or others, stays=stays, by=request.user
            )
        more = {
            "panel": f"{_FOLDER}/panels/{_PANELS[review.kind]}.html",
            "comparison": comparison,
            "comparing": True,
        }
        if "part" in request.GET:
            venues = review.evidence.get("places")
            return render(request, f"{_FOLDER}/pair.html", {**more, "review": review, "venues": venues})
        return self.show(request, review, more=more)

    def same_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The events that a title means, as a page; with `as=json` for the combobox."""
        review = self._compared(request, pk)
        words = request.GET.get("q", "")
        query = QueueFilter.from_query(dict(parse_qsl(request.GET.get("queue", "")[:1000]))).query()
        found = same_as(review, words, query=query, by=request.user)
        if request.GET.get("as") == "json":
            response: HttpResponse = JsonResponse({"results": found})
        else:
            context = {
                **self.admin_site.each_context(request),
                "title": f"Same as: {review.title}",
                "opts": self.opts,
            }
            response = render(
                request,
                f"{_FOLDER}/same.html",
                {**context, "review": review, "words": words[:200], "found": found, "query": query},
            )
        response["Cache-Control"] = "no-store"
        return response

    def _compared(self, request: HttpRequest, pk: UUID) -> Review:
        review = self._review(request, str(pk))
        if review.kind not in _PANELS or review.evidence.get("listing"):
            raise Http404("This review is not about events or venues that may be the same.")
        return review


def _ids(request: HttpRequest, name: str) -> list[UUID]:
    """The ids of a repeated parameter; what is no id is left out."""
    found = []
    for text in request.GET.getlist(name)[: 2 * MOST_BESIDE]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _known_first(likes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each candidate once, with what the matcher said of it where it did."""
    found: dict[str, dict[str, Any]] = {}
    for like in likes:
        found[like["event"]] = {**found.get(like["event"], {}), **like}
    return list(found.values())
