"""The quality gates in the admin: one page for all of them, with a preview of changes."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timezone import now

from audit.recorded import ModelAdmin
from pipeline.contract.quality import GATES, QualityRules
from sources.forms.gates import GatesForm
from sources.models import QualityGate
from sources.setup import quality_gates


@admin.register(QualityGate)
class QualityGateAdmin(ModelAdmin):
    """All gates on one page. A gate has a row only where it differs from the environment."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The form.

        POST with `preview` shows the effect of the new gates, `save` stores them, `defaults` resets them.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST" and not self.has_change_permission(request):
            raise PermissionDenied
        present = quality_gates.rules()
        if "defaults" in request.POST:
            return self._saved(request, quality_gates.defaults())
        form = GatesForm(request.POST if request.method == "POST" else None, rules=present)
        shown: dict[str, Any] = {
            "form": form,
            "may_change": self.has_change_permission(request),
            "overruled": present != quality_gates.defaults(),
        }
        if request.method == "POST" and form.is_valid():
            if "save" in request.POST:
                return self._saved(request, form.rules)
            shown["preview"] = _preview(form.rules, present)
        return TemplateResponse(
            request,
            "admin/sources/gates.html",
            {
                **self.admin_site.each_context(request),
                "title": "Quality gates",
                "opts": self.opts,
                **shown,
                **(extra_context or {}),
            },
        )

    def _saved(self, request: HttpRequest, rules: QualityRules) -> HttpResponse:
        changed = quality_gates.save(rules, by=request.user)
        if changed:
            words = ", ".join(name.replace("_", " ") for name in changed)
            messages.success(
                request,
                f"Set: {words}. New runs use it. A recorded event keeps its score until its source changes it.",
            )
        else:
            messages.info(request, "Nothing was changed.")
        return HttpResponseRedirect(reverse("admin:sources_qualitygate_changelist"))


def _preview(wanted: QualityRules, present: QualityRules) -> dict[str, Any]:
    found = quality_gates.preview(wanted, now=now())
    rows = [
        {
            "name": name.replace("_", " "),
            "now": found.now.gates.get(name),
            "then": found.then.gates.get(name),
            "unscored": found.unscored.get(name, 0),
        }
        for name in GATES
        if name in wanted.gates or name in present.gates
    ]
    return {
        "events": found.events,
        "now": found.now.passed,
        "then": found.then.passed,
        "lost": found.lost,
        "won": found.won,
        "rows": rows,
    }
