"""Sources at the desk: what they are, how they do, and fetching them now."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import now
from kombu.exceptions import OperationalError
from unfold.admin import ModelAdmin
from unfold.decorators import action

from sources import services, tasks
from sources.configuration import configured
from sources.connectors import registry
from sources.exceptions import SourceError
from sources.models import FetchRun, Source


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
