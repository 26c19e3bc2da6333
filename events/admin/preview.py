"""The page of an event for staff before readers see it, alone or in a frame of the desk."""

from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from events.models import Event, Proposal
from events.queries import for_api
from events.views.event import event_preview


def preview_urls(model_admin: Any) -> list[URLPattern]:
    """The preview's URL below that of its event; with `?proposed=1` as it would be with what is proposed for it."""
    view = require_safe(partial(_preview, model_admin))
    return [path("<uuid:pk>/preview/", model_admin.admin_site.admin_view(view), name="events_event_preview")]


def _preview(model_admin: Any, request: HttpRequest, pk: UUID) -> HttpResponse:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    rows = for_api(model_admin.get_queryset(request).select_related("category", "place"))
    event = get_object_or_404(rows, pk=pk)
    if request.GET.get("proposed"):
        propose(event)
    return event_preview(request, event)


def propose(event: Event) -> None:
    """Set on the event what is proposed for it. Nothing is saved; what cannot be read stays as it is."""
    attnames = {field.attname: field for field in Event._meta.concrete_fields}
    for proposal in Proposal.objects.filter(event=event, decided_at__isnull=True).order_by(
        "created_at", "pk"
    ):
        for name, change in proposal.fields.items():
            if name in attnames:
                try:
                    setattr(event, name, attnames[name].to_python(change.get("to")))
                except ValidationError:
                    continue
