"""The addresses of editing at the desk: the form as a page or a part of one, and answers field by field."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse

from accounts.rights import require
from events.exceptions import EventError
from events.services.publication import CHANGE
from moderation.admin.workspace import Workspace, address_of, chosen_of, is_part
from moderation.desk import editing
from moderation.desk.place import place_of
from moderation.exceptions import ModerationError
from moderation.models import Review


class EditsReviews(Workspace):
    """The desk's pages, with the edit in place."""

    def get_urls(self) -> list[Any]:
        wrapped = self.admin_site.admin_view
        return [
            path("<uuid:pk>/edit/", wrapped(self.edit_view), name="moderation_review_edit"),
            path("<uuid:pk>/answer/", wrapped(self.answer_view), name="moderation_review_answer"),
            *super().get_urls(),
        ]

    def edit_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The form of the review's event; for htmx only the form, in its place at the desk."""
        review = self._review(request, str(pk))
        require(request.user, CHANGE)
        event = editing.event_of(review)
        if event is None:
            raise Http404("There is nothing to edit.")
        if request.method != "POST":
            return self._form(request, review, editing.opened(review, event, by=request.user))
        place = place_of(review, chosen_of(request), by=request.user)
        done = editing.saved(request, review, event)
        if done.decision is None:
            return self._form(request, review, done.context)
        return self.go_on(request, done.decision, place)

    def answer_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Accept or decline what is proposed for one field."""
        review = self._review(request, str(pk))
        if request.method != "POST":
            return HttpResponseRedirect(address_of(review, chosen_of(request).query()))
        place = place_of(review, chosen_of(request), by=request.user)
        told, version = request.POST, request.POST.get("version", "")
        try:
            decision = editing.answered(
                review,
                told.get("field", ""),
                accept=told.get("accept") == "1",
                version=int(version) if version.isdecimal() else 0,
                by=request.user,
            )
        except (EventError, ModerationError) as error:
            return self.refuse(request, pk, error.detail)
        return self.go_on(request, decision, place)

    def _form(self, request: HttpRequest, review: Review, context: dict[str, Any]) -> HttpResponse:
        query = chosen_of(request).query()
        address = reverse("admin:moderation_review_edit", args=[review.pk]) + (f"?{query}" if query else "")
        shown = {**context, "action": address, "back": address_of(review, query), "is_part": is_part(request)}
        if is_part(request):
            response = render(request, "admin/events/event/edit/form.html", shown)
            response["HX-Retarget"] = "#desk-edit"
        else:
            page = {
                **self.admin_site.each_context(request),
                "title": f"Edit {review.title}",
                "opts": self.opts,
            }
            response = render(request, "admin/moderation/review/edit.html", {**page, **shown})
        response["Vary"] = "HX-Request"
        return response
