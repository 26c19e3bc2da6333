"""Alerts, dead letters, pauses and discoveries in the admin."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from unfold.decorators import action

from accounts.rights import may
from audit.recorded import ModelAdmin, column
from outbox.admin import ReadOnlyAdmin
from places.own_cities import OwnCities
from sources.ingest.dead_letters import is_due
from sources.models import Alert, DeadLetter, Discovery, Pause, SitePolicy
from sources.monitoring.alerts import acknowledge
from sources.tasks import queue_runs_later
from sources.triggers import reread


@admin.register(Alert)
class AlertAdmin(OwnCities, ReadOnlyAdmin):
    """Problems, with their beginning and end."""

    city_paths = ("source__city",)

    list_display = (
        "title",
        "severity",
        "source",
        column("raised_at", "since"),
        column("resolved_at", "over since"),
        column("acknowledged_by", "acknowledged by"),
        "detail",
    )
    actions = ("acknowledge",)
    ordering = ("-raised_at",)
    when_empty = "There was no problem yet."
    list_select_related = ("source",)
    list_filter = (("resolved_at", admin.EmptyFieldListFilter), "severity")
    search_fields = ("title", "key")

    def has_acknowledge_permission(self, request: HttpRequest) -> bool:
        """Whether the user may say that somebody looks after an alert."""
        return may(request.user, "sources.change_alert")

    @action(description="Acknowledge", permissions=["acknowledge"])
    def acknowledge(self, request: HttpRequest, rows: QuerySet[Alert]) -> None:
        """Somebody looks after them: they are not escalated."""
        count = acknowledge(rows.values_list("pk", flat=True), by=request.user, now=now())
        messages.success(request, f"{count} acknowledged. Operators are still told when they end.")


@admin.register(DeadLetter)
class DeadLetterAdmin(OwnCities, ReadOnlyAdmin):
    """Records and answers that used too much time or ended their process.

    They are retried only after the code changes, or when someone asks for it here.
    """

    city_paths = ("source__city",)
    list_display = (
        "title",
        "source",
        "reason",
        column("strikes", "failed"),
        column("added_at", "since"),
        "waits_for",
    )
    when_empty = "Nothing was set aside."
    list_select_related = ("source",)
    list_filter = ("kind", ("source", admin.RelatedOnlyFieldListFilter))
    search_fields = ("title", "external_id", "sha256")
    actions = ("try_again",)

    def has_run_permission(self, request: HttpRequest) -> bool:
        """Whether the user may start runs, which retrying needs."""
        return may(request.user, "sources.run_source")

    @admin.display(description="will be tried again")
    def waits_for(self, row: DeadLetter) -> str:
        return "with the source's next answer" if is_due(row) else "when the code changes"

    @action(description="Try again", permissions=["run"])
    def try_again(self, request: HttpRequest, rows: QuerySet[DeadLetter]) -> None:
        """Fetch from their sources again, and process submitted payloads again."""
        ids = list(rows.values_list("pk", flat=True))
        runs = reread.try_again(ids, by=request.user, now=now())
        queue_runs_later(process=[run.id for run in runs])
        messages.success(request, f"{len(ids)} tried again with the next answer of their sources.")


@admin.register(Pause)
class PauseAdmin(OwnCities, ModelAdmin):
    """Pauses. Deleting one resumes the work."""

    city_paths = ()

    list_display = (
        column("scope", "what"),
        column("key", "which"),
        "reason",
        column("requested_by", "by"),
        "since",
    )
    when_empty = "Nothing is paused. A source is paused on its page; add a pause here for a city, a step or everything."
    list_filter = ("scope",)


@admin.register(Discovery)
class DiscoveryAdmin(OwnCities, ReadOnlyAdmin):
    """Jobs over sources, cities and categories."""

    city_paths = ()

    list_display = (
        column("started_at", "started"),
        "state",
        column("requested_by", "by"),
        column("finished_at", "ended"),
    )
    when_empty = "None was started. The API starts one: POST /api/v1/admin/discovery."
    list_filter = ("state",)


@admin.register(SitePolicy)
class SitePolicyAdmin(ReadOnlyAdmin):
    """What the sites of sources permit, now and before the last change."""

    list_display = ("address", "kind", "changed_at", "seen_at")
    when_empty = "None was read yet. Those of active sources are read every six hours."
    list_filter = ("kind",)
    search_fields = ("address",)
    ordering = ("-changed_at", "address")
    fields = ("address", "kind", "changed_at", "seen_at", "text", "before")
