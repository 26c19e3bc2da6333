"""Taking the samples away in the admin: a question, and one click."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from accounts.rights import require
from sources import tasks
from sources.samples.removal import REMOVE, ask_removal, shown_samples


def samples_urls(model_admin: Any) -> list[URLPattern]:
    """The address of the question, beside the sources."""
    view = model_admin.admin_site.admin_view(samples_view)
    return [path("samples/", view, name="sources_source_samples")]


def samples_view(request: HttpRequest) -> HttpResponse:
    """GET says what would go, POST takes it away."""
    require(request.user, *REMOVE)
    if request.method == "POST":
        ask_removal(by=request.user)
        tasks.send(tasks.process_removal_of_samples)
        messages.success(request, "The samples are being taken away. In a minute none is left.")
        return HttpResponseRedirect(reverse("admin:sources_source_changelist"))
    return TemplateResponse(
        request,
        "admin/sources/source/samples.html",
        {**admin.site.each_context(request), "title": "Take the samples away", "samples": shown_samples()},
    )
