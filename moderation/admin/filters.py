"""The filters of the queue that a moderator keeps: saved, chosen and forgotten, above the list and at the desk."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now as clock

from moderation import services
from moderation.desk.queue import QueueFilter, window
from moderation.exceptions import ModerationError
from moderation.models import SavedFilter
from moderation.services.claiming import holder

#: Among so many reviews the first that nobody holds is opened.
_LOOKED_AT = 20


class SavesFilters:
    """The part of ReviewAdmin that keeps filters, before ModelAdmin in the order of bases."""

    admin_site: Any
    has_change_permission: Any

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("filters/", view(self.filters_view), name="moderation_review_filters"),
            path("filters/<uuid:pk>/", view(self.filter_view), name="moderation_review_filter"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def filters_view(self, request: HttpRequest) -> HttpResponse:
        """Save the filter `query` as `name`, or forget the one that `forget` names; then back to where one was."""
        self._require_judge(request)
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:moderation_review_changelist"))
        try:
            messages.success(request, self._saved_or_forgotten(request))
        except ModerationError as error:
            messages.error(request, error.detail)
        back = request.POST.get("back", "")
        is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        return HttpResponseRedirect(back if is_ours else reverse("admin:moderation_review_changelist"))

    def filter_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """On to the first review of a saved filter that nobody holds; to the list where there is none."""
        self._require_judge(request)
        saved = get_object_or_404(SavedFilter, pk=pk, by=request.user.pk)
        chosen, at = _read(saved.query), clock()
        rows = window(request.user, chosen, None, _LOOKED_AT)
        free = next((row for row in rows if not holder(row, by=request.user, now=at)), None)
        address = (
            reverse("admin:moderation_review_change", args=[free.pk])
            if free
            else reverse("admin:moderation_review_changelist")
        )
        query = chosen.query()
        return HttpResponseRedirect(f"{address}?{query}" if query else address)

    def _saved_or_forgotten(self, request: HttpRequest) -> str:
        by: Any = request.user
        if forgotten := request.POST.get("forget", ""):
            try:
                services.forget_filter(UUID(forgotten), by=by)
            except ValueError as error:
                raise ModerationError("This filter is gone.") from error
            return "The filter is removed."
        query = _read(request.POST.get("query", "")).query()
        return f"Saved: {services.save_filter(request.POST.get('name', ''), query, by=by).name}"

    def _require_judge(self, request: HttpRequest) -> None:
        if not self.has_change_permission(request):
            raise PermissionDenied


def _read(query: str) -> QueueFilter:
    """The filter of a query string."""
    return QueueFilter.from_query(QueryDict(query[:1000]).dict())  # type: ignore[arg-type]
