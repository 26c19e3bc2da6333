"""The desk's pages in the admin: one review with the queue beside it, verdicts, undo, claims.

Each page works as a whole and, for htmx, as the part of it that changes. The filter of the queue travels in the
query string of every address.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now as clock

from events.exceptions import EventError
from moderation import services
from moderation.admin.sidebar import may_see_queue, queue_of
from moderation.desk.answers import question, read_answer
from moderation.desk.pair_form import read_pairing
from moderation.desk.place import Place, place_of
from moderation.desk.presence import note_departure, note_presence
from moderation.desk.queue import QueueFilter
from moderation.desk.workspace import Note, item_of, list_of, many_at_once, presence_of
from moderation.enums import ReviewState
from moderation.exceptions import Conflict, ModerationError
from moderation.models import Decision, Review
from moderation.phrases import deed, told
from moderation.queries import decisions_for
from moderation.services.undoing import last_undoable

_FOLDER: Final = "admin/moderation/review"
#: What a verdict may fail with, and says in words.
_REFUSALS: Final = (ModerationError, EventError)


class Workspace:
    """The pages of a review, before ModelAdmin in the order of bases."""

    admin_site: Any
    opts: Any
    has_change_permission: Any
    get_object: Any

    def get_urls(self) -> list[Any]:
        def at(address: str, view: Any, name: str) -> Any:
            return path(address, self.admin_site.admin_view(view), name=f"moderation_review_{name}")

        return [
            at("left/", self.left_view, "left"),
            at("<uuid:pk>/decide/", self.decide_view, "decide"),
            at("<uuid:pk>/here/", self.here_view, "here"),
            at("<uuid:pk>/leave/", self.leave_view, "leave"),
            at("<uuid:pk>/take/", self.take_view, "take"),
            at("undo/<uuid:pk>/", self.undo_view, "undo"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def left_view(self, request: HttpRequest) -> HttpResponse:
        """The number of open reviews, as the page fragments that `static/js/live.js` inserts."""
        if not may_see_queue(request):
            raise PermissionDenied
        response = render(request, f"{_FOLDER}/left.html", queue_of(request.user))
        response["Cache-Control"] = "no-store"
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of a review. Opening an open one claims it."""
        return self.show(request, self._review(request, object_id))

    def decide_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Carry out a verdict and show the next review. What cannot be undone is asked first."""
        review = self._review(request, str(pk))
        if request.method != "POST":
            return HttpResponseRedirect(address_of(review, chosen_of(request).query()))
        place = place_of(review, chosen_of(request), by=request.user)
        try:
            verdict, reason = read_answer(request.POST.get("verdict", ""))
            version, pairing = int(request.POST.get("version") or 0), read_pairing(request.POST)
            asked = question(review, verdict) if "sure" not in request.POST else None
            if asked is not None and review.state == ReviewState.OPEN:
                return self.show(request, review, Note(question=asked))
            decision = services.decide(
                pk,
                verdict,
                by=request.user,
                version=version,
                reason=reason or request.POST.get("reason", ""),
                note=request.POST.get("note", "")[:2000],
                other=pairing.others[0] if pairing.others else None,
                pairing=pairing,
            )
        except _REFUSALS as error:
            return self.refuse(request, pk, error.detail)
        except ValueError:
            return self.refuse(
                request,
                pk,
                "The verdict, the version or the other event could not be read. Nothing was done.",
            )
        return self.go_on(request, decision, place)

    def undo_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Undo a verdict; a GET asks whether to. Then on to the review, or to where one was (`back`)."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        decision = get_object_or_404(Decision.objects.select_related("by", "review__city"), pk=pk)
        if request.method != "POST":
            get_object_or_404(decisions_for(request.user, Decision.objects.all()), pk=pk)
            return self._ask_to_undo(request, decision)
        try:
            services.undo(pk, by=request.user)
        except _REFUSALS as error:
            return self._after_undo(request, decision, Note(problem=error.detail))
        title = f": {decision.review.title}" if decision.review else ""
        return self._after_undo(
            request, decision, Note(said=f"Undone ({told(decision.verdict).lower()}){title}")
        )

    def here_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A sign of life of whoever has the review open; answers who else is there."""
        review = self._review(request, str(pk))
        if request.method != "POST":
            return HttpResponseRedirect(address_of(review, chosen_of(request).query()))
        at = clock()
        services.keep(pk, by=request.user, now=at)
        note_presence(pk, by=request.user, now=at)
        return render(request, f"{_FOLDER}/item/presence.html", {
            "review": review, "query": chosen_of(request).query(), **presence_of(self._review(request, str(pk)), by=request.user, now=at),
        })  # fmt: skip

    def leave_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Release the claim on a review whose page was left."""
        self._review(request, str(pk))
        if request.method == "POST":
            services.release(pk, by=request.user)
            note_departure(pk, by=request.user, now=clock())
        return HttpResponse(status=204)

    def take_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take a review over from whoever holds it."""
        review = self._review(request, str(pk))
        if request.method != "POST":
            return HttpResponseRedirect(address_of(review, chosen_of(request).query()))
        try:
            services.take_over(pk, by=request.user)
        except Conflict as error:
            return self.refuse(request, pk, error.detail)
        return self._to(request, review, Note(said=f"You are at it now: {review.title}"))

    # --- what each of them answers ---

    def show(
        self,
        request: HttpRequest,
        review: Review,
        note: Note = Note(),  # noqa: B008 - frozen
        *,
        place: Place | None = None,
        status: int = 200,
        more: Mapping[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of a review, or for htmx its changing parts; an open one is claimed. `more` is of its context."""
        at = clock()
        place = place or place_of(review, chosen_of(request), by=request.user)
        if review.state == ReviewState.OPEN:
            review = self._claimed(request, review, at)
        note_presence(review.pk, by=request.user, now=at)
        context = {
            "title": review.title,
            "opts": self.opts,
            "query": place.query,
            **list_of(place, by=request.user, now=at),
            **many_at_once(request.user, chosen_of(request)),
            "here": address_of(review, place.query),
            **item_of(
                review, place, by=request.user, now=at, note=note, kept=request.headers.get("Desk-Kept", "")
            ),
            **(more or {}),
        }
        if is_part(request):
            context["undoable"] = last_undoable(request.user, now=at)
            response = render(request, f"{_FOLDER}/part.html", context, status=status)
            response["Desk"] = "item"
        else:
            context |= self.admin_site.each_context(request) | queue_of(request.user)
            response = render(
                request, f"{_FOLDER}/desk.html", context | {"title": review.title}, status=status
            )
        response["Vary"] = "HX-Request"
        response["Cache-Control"] = "no-store"
        return response

    def go_on(self, request: HttpRequest, decision: Decision, place: Place) -> HttpResponse:
        """After a verdict: the next review that nobody else holds, or the list where there is none.

        A verdict that leaves its review open, such as an edit, stays at it.
        """
        review = decision.review
        said = f"{told(decision.verdict, decision.reason)}: {review.title if review else ''}"
        if review is not None and review.state == ReviewState.OPEN:
            return self._to(request, review, Note(said=said))
        onward = place.onward(review, by=request.user, now=clock()) if review else None
        if review is None or onward is None:
            messages.success(request, said)
            return self._leave_for(request, _list(place.query))
        said = f"{said}. Next: {onward.title}"
        return self._to(request, onward, Note(said=said), place=place.at(onward, left=review))

    def refuse(self, request: HttpRequest, pk: UUID, problem: str) -> HttpResponse:
        """The review as it is now, with what was refused and why."""
        review = self._review(request, str(pk))
        if is_part(request):
            return self.show(request, review, Note(problem=problem), status=409)
        messages.error(request, problem)
        return HttpResponseRedirect(address_of(review, chosen_of(request).query()))

    def _to(
        self, request: HttpRequest, review: Review, note: Note, *, place: Place | None = None
    ) -> HttpResponse:
        """On to a review: for htmx at once, else by a redirect."""
        address = address_of(review, chosen_of(request).query())
        if not is_part(request):
            _tell(request, note)
            return HttpResponseRedirect(address)
        status = 409 if note.problem else 200
        review = self._review(request, str(review.pk))
        response = self.show(request, review, note, place=place, status=status)
        response["HX-Push-Url"] = address
        return response

    def _leave_for(self, request: HttpRequest, address: str) -> HttpResponse:
        if not is_part(request):
            return HttpResponseRedirect(address)
        response = HttpResponse(status=204)
        response["HX-Redirect"] = address
        return response

    def _after_undo(self, request: HttpRequest, decision: Decision, note: Note) -> HttpResponse:
        """On to the review; or, from elsewhere in the admin, back to where one was."""
        back = request.POST.get("back", "")
        if not back and decision.review is not None:
            return self._to(request, decision.review, note)
        _tell(request, note)
        is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        return self._leave_for(request, back if is_ours else _list(chosen_of(request).query()))

    def _ask_to_undo(self, request: HttpRequest, decision: Decision) -> HttpResponse:
        zone = decision.review.city.timezone if decision.review and decision.review.city else ""
        return render(request, f"{_FOLDER}/undo.html", {
            **self.admin_site.each_context(request), "title": "Undo", "opts": self.opts, "decision": decision, "deed": deed(decision, zone),
            "query": chosen_of(request).query(),
        })  # fmt: skip

    def _claimed(self, request: HttpRequest, review: Review, at: datetime) -> Review:
        """The review with the person's claim, or with the claim of who holds it."""
        try:
            return services.claim(review.pk, by=request.user, now=at)
        except Conflict:
            return self._review(request, str(review.pk))

    def _review(self, request: HttpRequest, object_id: str) -> Review:
        if not self.has_change_permission(request):
            raise Http404("There is no such review.")
        review: Review = self.get_object(request, object_id)
        return review


def chosen_of(request: HttpRequest) -> QueueFilter:
    """The filter of the queue in the query string."""
    return QueueFilter.from_query(request.GET.dict())


def _tell(request: HttpRequest, note: Note) -> None:
    """Show the note on the next whole page."""
    if note.said:
        messages.success(request, note.said)
    if note.problem:
        messages.error(request, note.problem)


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asked for the changing parts, and not for the whole page to go back to."""
    return bool(request.headers.get("HX-Request")) and not request.headers.get("HX-History-Restore-Request")


def address_of(review: Review, query: str) -> str:
    """The address of a review, with the filter of the queue."""
    address = reverse("admin:moderation_review_change", args=[review.pk])
    return f"{address}?{query}" if query else address


def _list(query: str) -> str:
    address = reverse("admin:moderation_review_changelist")
    return f"{address}?{query}" if query else address
