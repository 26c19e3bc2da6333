"""The rules in the admin: one page with what each did, its switch and threshold, and a dry run."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timezone import now

from accounts.rights import may
from audit.recorded import ModelAdmin
from moderation.enums import FieldGroup
from moderation.field_groups import WORDS
from moderation.models import LabelReport, RuleSetting
from moderation.rule_form import RuleForm
from moderation.rules import RULES
from moderation.services import rule_settings
from moderation.services.rule_settings import Settings
from moderation.statistics.dry_run import try_out
from moderation.statistics.rules import statistics
from places.queries.reach import OVERSEE


@admin.register(RuleSetting)
class RuleSettingAdmin(ModelAdmin):
    """All rules on one page. A rule has a row only where an operator set something."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The counts are of all cities."""
        return super().has_view_permission(request, obj) and may(request.user, OVERSEE)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The rules. POST with `try` says what the settings would have done, `save` stores them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST" and not self.has_change_permission(request):
            raise PermissionDenied
        present = rule_settings.in_force()
        if "defaults" in request.POST:
            return self._saved(request, Settings())
        form = RuleForm(request.POST if request.method == "POST" else None, present=present)
        shown: dict[str, Any] = {}
        if request.method == "POST" and form.is_valid():
            if "save" in request.POST:
                return self._saved(request, form.settings)
            shown["tried"] = try_out(form.settings, now=now()) or ["Nothing would change."]
        return TemplateResponse(
            request,
            "admin/moderation/rules.html",
            {**self._context(request, form), **shown, **(extra_context or {})},
        )

    def _context(self, request: HttpRequest, form: RuleForm) -> dict[str, Any]:
        counted = statistics(now=now())
        return {
            **self.admin_site.each_context(request),
            "title": "Rules",
            "opts": self.opts,
            "form": form,
            "rows": form.rows(counted.rules),
            "sources": counted.sources,
            "may_change": self.has_change_permission(request),
            "overruled": RuleSetting.objects.exists(),
            **_report(),
        }

    def _saved(self, request: HttpRequest, wanted: Settings) -> HttpResponse:
        changed = rule_settings.save(wanted, by=request.user)
        if changed:
            names = ", ".join(
                RULES[name].name if name in RULES else name.replace("_", " ") for name in changed
            )
            messages.success(request, f"Set: {names}. It counts from the next batch of events on.")
        else:
            messages.info(request, "Nothing was changed.")
        return HttpResponseRedirect(reverse("admin:moderation_rulesetting_changelist"))


def _report() -> dict[str, Any]:
    """The last report on labelled examples, with its tables."""
    report = LabelReport.objects.first()
    if report is None:
        return {}
    figures = report.figures
    names = {group.value: WORDS[group] for group in FieldGroup}
    groups = [(names.get(name, name), one) for name, one in figures["by_group"].items()]
    tables = [
        ("Fields", groups),
        ("Way of reading", [*figures["by_method"].items()]),
        ("Sources, the worst first", [*figures["by_source"].items()]),
    ]
    return {"report": report, "report_rows": [(heading, rows) for heading, rows in tables if rows]}
