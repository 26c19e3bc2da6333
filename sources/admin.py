"""Sources at the desk: what they are, what they sent, and fetching them now."""

import zlib
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django_celery_beat.admin import ClockedScheduleAdmin as BaseClockedScheduleAdmin
from django_celery_beat.admin import CrontabScheduleAdmin as BaseCrontabScheduleAdmin
from django_celery_beat.admin import PeriodicTaskAdmin as BasePeriodicTaskAdmin
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule
from kombu.exceptions import OperationalError
from unfold.admin import ModelAdmin
from unfold.decorators import action

from outbox.admin import ReadOnlyAdmin
from sources import services, tasks
from sources.configuration import configured
from sources.connectors import registry
from sources.exceptions import SourceError
from sources.models import FetchRun, Payload, Source, StagedEvent

for model in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(model)


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(BasePeriodicTaskAdmin, ModelAdmin):
    """The schedule, in the desk's dress."""


@admin.register(CrontabSchedule)
class CrontabScheduleAdmin(BaseCrontabScheduleAdmin, ModelAdmin):
    """Crontabs."""


@admin.register(ClockedSchedule)
class ClockedScheduleAdmin(BaseClockedScheduleAdmin, ModelAdmin):
    """Single moments."""


@admin.register(IntervalSchedule)
class IntervalScheduleAdmin(ModelAdmin):
    """Intervals."""


@admin.register(Source)
class SourceAdmin(ModelAdmin):
    """Where events come from. A live source is off until someone turns it on."""

    list_display = ("name", "connector", "city", "trust", "is_active", "last_fetched_at", "consecutive_failures", "last_error")
    list_select_related = ("city",)
    list_filter = ("is_active", "connector", "trust", "is_sample")
    search_fields = ("name", "slug", "url")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("city", "owner")
    actions = ("fetch_now",)
    readonly_fields = ("last_fetched_at", "covered_at", "consecutive_failures", "last_error", "checkpoint", "recent_runs")
    exclude = ("claimed_until", "validators", "created_at")

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "connector":
            kwargs["help_text"] = f"one of {', '.join(registry.names())}"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """A configuration that the connector does not understand is saved switched off, and said so."""
        try:
            configured(obj.connector, obj.config)
        except SourceError as error:
            obj.is_active = False
            messages.error(request, f"{error.detail} The source is saved and switched off.")
        super().save_model(request, obj, form, change)

    @admin.display(description="last runs")
    def recent_runs(self, source: Source) -> SafeString:
        rows = (
            (reverse("admin:sources_fetchrun_change", args=[run.pk]), f"{run.started_at:%d %b %H:%M}", run.state,
             run.events_found, run.new, run.changed, run.missing)
            for run in FetchRun.objects.filter(source=source).order_by("-started_at")[:10]
        )  # fmt: skip
        body = format_html_join("", '<tr><td><a href="{}">{}</a></td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>', rows)
        head = "<tr><th>started</th><th>state</th><th>found</th><th>new</th><th>changed</th><th>missing</th></tr>"
        return format_html("<table>" + head + "{}</table>", body)

    @action(description="Fetch now")
    def fetch_now(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        for source in sources:
            try:
                run = services.open_run(source, requested_by="desk", now=now())
                tasks.fetch_run.delay(str(run.pk))
            except SourceError as error:
                messages.error(request, error.detail)
            except OperationalError:
                messages.error(request, f"{source.name}: no broker answers; the run is released by itself.")
            else:
                messages.success(request, f"{source.name}: run {run.pk} is under way.")


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
