"""Sources in the admin: their health and yields, their form, and their actions."""

from collections.abc import Callable, Sequence, Set
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten
from django.db.models import Case, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import now
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.forms import InputForm
from accounts.rights import may
from audit.enums import Action
from audit.recorded import ModelAdmin, column
from flags.services import kinds_off
from moderation.services.sampling import READ
from pipeline.connectors import registry
from pipeline.connectors.configuration import configured
from pipeline.contract.exceptions import SourceError, UnknownConnector
from places.own_cities import OwnCities, OwnCityFilter
from places.queries.reach import OVERSEE
from sources.admin import acts
from sources.admin.lab import lab_urls
from sources.admin.panel import counts_of, panel_of
from sources.admin.sample import sample_urls
from sources.admin.samples import samples_urls
from sources.admin.webhook import webhook_of
from sources.enums import Health
from sources.forms import config_fields, config_of
from sources.forms.config import PREFIX
from sources.forms.kind import PREFIX as KIND
from sources.forms.kind import apply_kind, kind_fields
from sources.forms.terms import TERMS, apply_terms, terms_field
from sources.models import Source
from sources.monitoring.charts import yield_chart
from sources.queries import daily_yield
from sources.runs.claim import RUN
from sources.runs.pause import PAUSE, RESUME
from sources.samples.removal import REMOVE, Shown, shown_samples
from sources.setup import shared_keys

URGENT_FIRST = (
    Health.FAILING, Health.REFUSED, Health.QUARANTINED, Health.DEGRADED, Health.HEALTHY, Health.NEEDS_KEY, Health.SLEEPING,
)  # fmt: skip
#: From this chance on a source that does well is said to be likely to fail.
LIKELY = 0.3
#: The fields of a source's form, by heading. Its configuration follows the first heading, with one field for
#: each setting.
WHO = ("name", "slug", "type", "connector", "url")
WHERE = ("city", "timezone", "language", "default_category", "owner", "trust")
WHEN = (
    "is_active",
    "priority",
    ("schedule_minutes", "schedule_at"),
    ("quicken", "obey_hints"),
    "next_fetch_at",
)
HOW = ("credential", ("rate_limit", "rate_window_seconds"), "max_bytes", "obey_robots")
KNOWN = ("covered_at", "consecutive_failures", "last_error", "checkpoint")


def _samples(request: HttpRequest) -> Shown | None:
    """The samples, for who may take them away; None for others, and where there are none."""
    return shown_samples() if may(request.user, *REMOVE) else None


def _is_list(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.url_name == "sources_source_changelist"


def _is_filtered(request: HttpRequest) -> bool:
    """Whether somebody asked for certain sources; pages and orders are no filters."""
    return any(value for name, value in request.GET.items() if name not in ("p", "o", "e", "all"))


@admin.register(Source)
class SourceAdmin(OwnCities, ModelAdmin):
    """The sources of events. A new source is off until someone switches it on."""

    form = InputForm

    list_display = (
        "how",
        "named",
        "connector",
        "city",
        "thirty_days",
        column("last_fetched_at", "fetched"),
        "due",
        "is_on",
        "trust",
    )
    list_display_links = ("named",)
    list_select_related = ("city",)
    list_filter = ("health", "is_active", "connector", "trust", ("city", OwnCityFilter), "is_sample")
    when_empty = "No source fetches anything yet. Paste an address in the source lab, or give a platform its key above."
    search_fields = ("name", "slug", "url")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("city", "owner", "credential")
    actions = ("run_now", "pause", "resume", "enable", "disable", "reset")
    readonly_fields = KNOWN
    list_before_template = "admin/sources/source/above_list.html"
    change_form_outer_before_template = "admin/sources/source/panel.html"

    class Media:
        css = {"all": ["desk/desk.css", "desk/sources.css", "desk/trust.css"]}

    # --- the list ---

    def action_for(self, usual: Action, fields: Set[str]) -> Action:
        return Action.SOURCE_CHANGED

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        """Sources that need attention first, inactive ones last."""
        urgency = Case(
            *(When(health=health.value, then=Value(place)) for place, health in enumerate(URGENT_FIRST)),
            default=Value(99),
        )
        rows = self.narrow(request, Source.objects.annotate(urgency=urgency).order_by("urgency", "name"))
        if not _is_list(request) or _is_filtered(request):
            return rows
        return rows.exclude(pk__in=shared_keys.waiting_for_keys(Source.objects.all()).values("pk"))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list; the sources that only want a key are one line a platform above it."""
        wanting = shared_keys.platforms_wanting(self.narrow(request, Source.objects.all()))
        shown = {"wanting": wanting, "samples": _samples(request)}
        return super().changelist_view(request, {**(extra_context or {}), **shown})

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """The default ordering on other pages, which lack the annotation of this list."""
        return ("urgency", "name") if _is_list(request) else ("name",)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list with the charts of all its rows, which are one query."""
        changelist = super().get_changelist_instance(request)
        rows: Sequence[Source] = list(changelist.result_list)
        days = daily_yield([source.pk for source in rows], now=now())
        for source in rows:
            source.drawn = yield_chart(days[source.pk], name=source.name)  # type: ignore[attr-defined]
        changelist.result_list = rows
        return changelist

    @admin.display(description="health", ordering="urgency")
    def how(self, source: Source) -> SafeString:
        words = source.health.replace("_", " ")
        return format_html(
            '<span class="health health--{}" title="{}">{}</span>', source.health, source.health_detail, words
        )

    @admin.display(description="name", ordering="name")
    def named(self, source: Source) -> SafeString:
        quiet = source.health in ("healthy", "sleeping")
        detail = (
            ""
            if quiet
            else format_html("<small class='source__detail'>{}</small>", source.health_detail[:160])
        )
        chance = source.failing_chance
        warning = (
            format_html(
                "<small class='source__detail'>likely to fail within three days: {} %</small>",
                round(chance * 100),
            )
            if quiet and chance is not None and chance >= LIKELY
            else ""
        )
        return format_html("{}{}{}", source.name, detail, warning)

    @admin.display(description="due", ordering="next_fetch_at", empty_value="–")
    def due(self, source: Source) -> datetime | None:
        return source.next_fetch_at if source.is_active else None

    @admin.display(description="on", ordering="is_active", boolean=True)
    def is_on(self, source: Source) -> bool:
        return source.is_active

    @admin.display(description="30 days: found, dropped")
    def thirty_days(self, source: Source) -> SafeString:
        return mark_safe(getattr(source, "drawn", ""))  # noqa: S308 (drawn by sources.monitoring.charts, which escapes)

    # --- one source ---

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            *lab_urls(self),
            *sample_urls(self),
            *samples_urls(self),
            path("<uuid:pk>/do/<slug:verb>/", wrap(self.do_view), name="sources_source_do"),
            *super().get_urls(),
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The model's form, and for an existing source a field for each of its connector's settings."""
        settings = self._settings(obj)
        kwargs["fields"] = [*flatten((*WHO, *WHERE, *WHEN, *HOW)), *([] if settings else ["config"])]
        own = {**(kind_fields(obj) if obj else {}), TERMS: terms_field(obj)}
        return type("SourceForm", (super().get_form(request, obj, change, **kwargs),), {**settings, **own})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        config: tuple[str, ...] = tuple(self._settings(obj)) or ("config",)
        return [
            (None, {"fields": WHO}),
            (
                "Configuration",
                {
                    "fields": config,
                    "description": "" if obj else "The settings follow once the connector is saved.",
                },
            ),
            ("Where", {"fields": WHERE}),
            ("When", {"fields": WHEN}),
            ("How", {"fields": (*HOW, TERMS)}),
            *([("Complete for its kind", {"fields": tuple(kind_fields(obj))})] if obj else []),
            *([("Known", {"fields": KNOWN, "classes": ["collapse"]})] if obj else []),
        ]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else self.prepopulated_fields

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "connector":
            off = kinds_off()
            named = [
                (
                    name,
                    f"{name} ({registry.get(name).metadata.title}){', switched off' if name in off else ''}",
                )
                for name in registry.names()
            ]
            return forms.ChoiceField(choices=named, widget=UnfoldAdminSelectWidget)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Save a source.

        One with an invalid configuration is saved switched off, with a message. Switching it on checks its
        key, as the button does.
        """
        if any(name.startswith(PREFIX) for name in form.fields) and "connector" not in form.changed_data:
            obj.config = config_of(obj.connector, form.cleaned_data)
        if any(name.startswith(KIND) for name in form.changed_data):
            apply_kind(obj, form.cleaned_data)
        if TERMS in form.changed_data:
            apply_terms(obj, form.cleaned_data)
        try:
            configured(obj.connector, obj.config)
        except SourceError as error:
            obj.is_active = False
            messages.error(request, f"{error.detail} The source is saved and switched off.")
        is_asked_on = obj.is_active and "is_active" in form.changed_data
        obj.is_active = obj.is_active and not is_asked_on
        super().save_model(request, obj, form, change)
        if is_asked_on:
            said = acts.enable(obj, by=request.user)
            messages.add_message(
                request, messages.SUCCESS if said.ok else messages.ERROR, f"{obj.name}: {said.words}"
            )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        source = self.get_object(request, object_id)
        panel = panel_of(source) if isinstance(source, Source) else None
        verbs = acts.words_for(panel.source, is_paused=bool(panel.paused), by=request.user) if panel else []
        webhook = webhook_of(panel.source) if panel else None
        counts = counts_of(panel.under_way) if panel and panel.under_way else []
        shown = {
            "panel": panel,
            "webhook": webhook,
            "verbs": verbs,
            "may_change": may(request.user, RUN),
            "counts": counts,
            "may_read": may(request.user, READ, OVERSEE),
            "samples": _samples(request),
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def do_view(self, request: HttpRequest, pk: Any, verb: str) -> HttpResponse:
        """Carry out one of `acts.VERBS` on one source, by POST."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        source = self.get_queryset(request).select_related("city").filter(pk=pk).first()
        if source is None or verb not in acts.VERBS or not self.has_view_permission(request, source):
            raise Http404
        self._carry_out(request, [source], acts.VERBS[verb])
        return HttpResponseRedirect(reverse("admin:sources_source_change", args=[pk]))

    def _settings(self, source: Any) -> dict[str, forms.Field]:
        if source is None:
            return {}
        try:
            return config_fields(source.connector, source.config)
        except UnknownConnector:
            return {}

    # --- many at once ---

    def has_run_permission(self, request: HttpRequest) -> bool:
        return may(request.user, RUN)

    def has_pause_permission(self, request: HttpRequest) -> bool:
        return may(request.user, PAUSE)

    def has_resume_permission(self, request: HttpRequest) -> bool:
        return may(request.user, RESUME)

    def _carry_out(self, request: HttpRequest, sources: Any, verb: Callable[..., acts.Said]) -> None:
        for source in sources:
            said = verb(source, by=request.user)
            messages.add_message(
                request, messages.SUCCESS if said.ok else messages.WARNING, f"{source.name}: {said.words}"
            )

    @action(description="Run now", permissions=["run"])
    def run_now(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        self._carry_out(request, sources.select_related("city"), acts.run_now)

    @action(description="Pause", permissions=["pause"])
    def pause(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        self._carry_out(request, sources, acts.pause)

    @action(description="Resume", permissions=["resume"])
    def resume(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        self._carry_out(request, sources, acts.resume)

    @action(description="Enable (the key is checked first)", permissions=["change"])
    def enable(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        self._carry_out(request, sources.select_related("city"), acts.enable)

    @action(description="Disable", permissions=["change"])
    def disable(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        self._carry_out(request, sources.select_related("city"), acts.disable)

    @action(description="Reset: forget failures and validators, fetch everything", permissions=["change"])
    def reset(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        self._carry_out(request, sources.select_related("city"), acts.reset)
