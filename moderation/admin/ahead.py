"""The items that come next, for the browser of whoever reads the one before."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.timezone import now as clock

from moderation.admin.workspace import Workspace, address_of, chosen_of, is_part
from moderation.desk.ahead import mark_of
from moderation.desk.workspace import item_ahead


class FetchesAhead(Workspace):
    """A review as it is shown until the server has answered for it, before ModelAdmin in the order of bases."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.ahead_view)
        return [path("<uuid:pk>/ahead/", view, name="moderation_review_ahead"), *super().get_urls()]

    def ahead_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A review's item, with its mark as `Desk-Holds`; it claims nothing. 204 where it is not to be kept."""
        review, query = self._review(request, str(pk)), chosen_of(request).query()
        if not is_part(request):
            return HttpResponseRedirect(address_of(review, query))
        # before the evidence is read: what changes meanwhile makes it another
        mark = mark_of(review, by=request.user, now=clock())
        if not mark:
            return HttpResponse(status=204)
        context = item_ahead(review, by=request.user) | {"query": query}
        response = render(request, "admin/moderation/review/item.html", context)
        response["Desk-Holds"] = mark
        response["Cache-Control"] = "no-store"
        return response
