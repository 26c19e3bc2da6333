"""Runs, their payloads, and staged events in the admin."""

import zlib
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import now

from accounts.rights import may
from audit.recorded import column
from outbox.admin import ReadOnlyAdmin
from places.own_cities import OwnCities
from places.queries.reach import narrowed
from sources.admin.panel import counts_of
from sources.enums import RunState
from sources.models import FetchRun, Payload, Source, StagedEvent
from sources.runs import cancel, claim


@admin.register(FetchRun)
class FetchRunAdmin(OwnCities, ReadOnlyAdmin):
    """Runs, with HTTP facts and counts."""

    city_paths = ("source__city",)

    list_display = (
        "source",
        "ended",
        column("started_at", "started"),
        column("events_found", "found"),
        "new",
        "changed",
        column("missing", "vanished"),
        column("merged", "joined as duplicates"),
        "took",
    )
    ordering = ("-started_at",)
    when_empty = "Nothing was fetched yet. Enable a source, or choose Run now on its page."
    list_select_related = ("source",)
    list_filter = ("state",)
    search_fields = ("source__name", "source__slug", "id", "request_id")
    show_full_result_count = False
    readonly_fields = ("dropped_table", "payloads")
    change_form_outer_before_template = "admin/sources/fetchrun/above.html"

    class Media:
        css = {"all": ["desk/desk.css", "desk/sources.css"]}

    @admin.display(description="state", ordering="state")
    def ended(self, run: FetchRun) -> str:
        return f"{run.state}: {run.error_code}" if run.error_code else run.state

    @admin.display(description="took", ordering="seconds", empty_value="–")
    def took(self, run: FetchRun) -> str | None:
        return None if run.seconds is None else f"{run.seconds:.1f} s"

    @admin.display(description="dropped, and why")
    def dropped_table(self, run: FetchRun) -> SafeString:
        rows = sorted(run.dropped.items(), key=lambda row: -row[1])
        return (
            format_html(
                "<table>{}</table>", format_html_join("", "<tr><td>{}:&nbsp;</td><td>{}</td></tr>", rows)
            )
            if rows
            else format_html("nothing")
        )

    @admin.display(description="what came, as it came")
    def payloads(self, run: FetchRun) -> SafeString:
        rows = (
            (
                reverse("admin:sources_payload_raw", args=[row.month.isoformat(), row.pk]),
                row.url or "file",
                row.size,
            )
            for row in Payload.objects.filter(source_id=run.source_id, run_id=run.pk).defer("content")
        )
        return format_html_join("", '<div><a href="{}">{}</a> {} bytes</div>', rows)

    def get_urls(self) -> list[Any]:
        raw = path(
            "payload/<str:month>/<uuid:pk>/", self.admin_site.admin_view(self.raw), name="sources_payload_raw"
        )
        stop = path(
            "<uuid:pk>/cancel/", self.admin_site.admin_view(self.cancel_view), name="sources_fetchrun_cancel"
        )
        far = path(
            "<uuid:pk>/progress/",
            self.admin_site.admin_view(self.progress_view),
            name="sources_fetchrun_progress",
        )
        return [raw, stop, far, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        run = self.get_object(request, object_id)
        shown = {
            "run": run if run.state == RunState.RUNNING else None,
            "counts": counts_of(run),
            "may_change": _may_cancel(request),
            "exchanges": run.http.get("exchanges", []),
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def progress_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """The progress of the run, as the page fragment that `static/js/live.js` inserts."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = get_object_or_404(self.get_queryset(request), pk=pk)
        shown = {"run": run, "counts": counts_of(run), "may_change": _may_cancel(request)}
        response = render(request, "admin/sources/source/progress.html", shown)
        response["Cache-Control"] = "no-store"
        return response

    def cancel_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Ask a run to end. What it recorded stays."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        asked = cancel.cancel(pk, by=request.user, now=now())
        words = (
            "It ends at its next page or batch; what it recorded stays."
            if asked
            else "The run is over already."
        )
        messages.add_message(request, messages.SUCCESS if asked else messages.WARNING, words)
        return HttpResponseRedirect(reverse("admin:sources_fetchrun_change", args=[pk]))

    def raw(self, request: HttpRequest, month: str, pk: Any) -> HttpResponse:
        """The payload as a download. It is never shown as a page, since it comes from outside."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        here = narrowed(Source.objects.all(), request.user, "city")
        row = get_object_or_404(Payload, month=month, pk=pk, source_id__in=here.values("pk"))
        response = HttpResponse(zlib.decompress(row.content), content_type="application/octet-stream")
        response["Content-Disposition"] = f'attachment; filename="{pk}.txt"'
        response["X-Content-Type-Options"] = "nosniff"
        return response


def _may_cancel(request: HttpRequest) -> bool:
    return may(request.user, claim.RUN)


@admin.register(StagedEvent)
class StagedEventAdmin(OwnCities, ReadOnlyAdmin):
    """What each source states about each occurrence."""

    city_paths = ("source__city",)

    list_display = (
        "title",
        "source",
        "state",
        column("drop_reason", "why dropped"),
        column("start_at", "starts"),
        column("missing_since", "missing since"),
    )
    when_empty = "No source has told of an event yet."
    list_select_related = ("source",)
    list_filter = ("state",)
    search_fields = ("title", "external_id__exact")
    search_help_text = "a part of the title, or the whole id at its source"
    show_full_result_count = False
