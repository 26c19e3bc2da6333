"""Attempts at sources, what they brought as it came, and what each source says of each occurrence."""

import zlib
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from outbox.admin import ReadOnlyAdmin
from sources.models import FetchRun, Payload, StagedEvent


@admin.register(FetchRun)
class FetchRunAdmin(ReadOnlyAdmin):
    """Attempts, with HTTP facts and counts."""

    list_display = (
        "source",
        "state",
        "started_at",
        "events_found",
        "events_processed",
        "new",
        "changed",
        "moved",
        "missing",
        "merged",
        "seconds",
        "error_code",
    )
    list_select_related = ("source",)
    list_filter = ("state",)
    search_fields = ("source__name", "source__slug", "id", "request_id")
    show_full_result_count = False
    readonly_fields = ("dropped_table", "payloads")

    @admin.display(description="dropped, and why")
    def dropped_table(self, run: FetchRun) -> SafeString:
        rows = sorted(run.dropped.items(), key=lambda row: -row[1])
        return (
            format_html("<table>{}</table>", format_html_join("", "<tr><td>{}</td><td>{}</td></tr>", rows))
            if rows
            else format_html("nothing")
        )

    @admin.display(description="what came, as it came")
    def payloads(self, run: FetchRun) -> SafeString:
        rows = (
            (reverse("admin:sources_payload_raw", args=[row.month.isoformat(), row.pk]), row.url or "file", row.size)
            for row in Payload.objects.filter(source_id=run.source_id, run_id=run.pk).defer("content")
        )
        return format_html_join("", '<div><a href="{}">{}</a> {} bytes</div>', rows)

    def get_urls(self) -> list[Any]:
        raw = path("payload/<str:month>/<uuid:pk>/", self.admin_site.admin_view(self.raw), name="sources_payload_raw")
        return [raw, *super().get_urls()]

    def raw(self, request: HttpRequest, month: str, pk: Any) -> HttpResponse:
        """The bytes as a file to keep, never shown as a page: they come from outside."""
        row = get_object_or_404(Payload, month=month, pk=pk)
        response = HttpResponse(zlib.decompress(row.content), content_type="application/octet-stream")
        response["Content-Disposition"] = f'attachment; filename="{pk}.txt"'
        response["X-Content-Type-Options"] = "nosniff"
        return response


@admin.register(StagedEvent)
class StagedEventAdmin(ReadOnlyAdmin):
    """What each source says of each occurrence."""

    list_display = ("title", "source", "state", "start_at", "drop_reason", "missing_since", "confidence")
    list_select_related = ("source",)
    list_filter = ("state",)
    search_fields = ("title", "external_id")
    show_full_result_count = False
