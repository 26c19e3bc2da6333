"""Rules of alerts in the admin. A new rule begins switched off, and its page says what it would have done last week."""

from datetime import timedelta
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from unfold.decorators import action

from audit.recorded import ModelAdmin, column
from operations.watch.rules import asked_of, measures, tried
from operations.watch.shipped import RULES
from sources.enums import AlertChannel, Condition
from sources.models import AlertRule

#: So many of last week's alerts are listed; the rest is counted.
_SHOWN: Final = 10


class RuleForm(forms.ModelForm):
    """A rule. What it measures is chosen, not typed."""

    measure = forms.ChoiceField()
    channels = forms.MultipleChoiceField(
        choices=[(one.value, one.value) for one in AlertChannel],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = AlertRule
        fields = (
            "slug", "title", "measure", "condition", "threshold", "minutes", "severity", "cooldown", "channels", "escalate_after",
            "remedy", "is_on", "silenced_until",
        )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        patterns = [
            (one[2], f"{one[2]}: alerts that the code raises") for one in RULES if one[3] is Condition.RAISED
        ]
        own = self.instance.measure
        known = [*measures(), *patterns]
        extra = [(own, own)] if own and own not in dict(known) else []
        if "measure" in self.fields:
            self.fields["measure"].choices = [*known, *extra]  # type: ignore[attr-defined] # a ChoiceField

    def clean(self) -> dict[str, Any]:
        """A pattern goes with the condition `raised`, a series with every other. Raises ValidationError."""
        given: dict[str, Any] = super().clean() or {}
        measure, condition = given.get("measure"), given.get("condition")
        if measure and condition and (condition == Condition.RAISED) == (measure in dict(measures())):
            self.add_error(
                "condition", "Choose “raised” for a pattern of alerts, and another condition for a series."
            )
        return given


@admin.register(AlertRule)
class AlertRuleAdmin(ModelAdmin):
    """When operators are alerted, how urgently, and by which ways."""

    form = RuleForm
    list_display = (
        "title", "severity", column("measure", "measures"), "condition", "threshold", "minutes", column("is_on", "on"),
        column("silenced_until", "silent until"),
    )  # fmt: skip
    list_filter = ("severity", "is_on", "condition")
    search_fields = ("slug", "title", "measure")
    ordering = ("slug",)
    actions = ("silence_hour", "silence_day", "end_silence")
    when_empty = "There is no rule. `manage.py load_alert_rules` adds those that are shipped."
    prepopulated_fields: ClassVar = {"slug": ("title",)}

    def get_fields(self, request: HttpRequest, obj: AlertRule | None = None) -> list[str]:
        """A new rule is not switched on before its last week was seen."""
        names = [
            "slug", "title", "measure", "condition", "threshold", "minutes", "severity", "cooldown", "channels",
            "escalate_after", "remedy",
        ]  # fmt: skip
        return [*names, "is_on", "silenced_until", "last_week"] if obj else names

    def get_readonly_fields(self, request: HttpRequest, obj: AlertRule | None = None) -> tuple[str, ...]:
        return ("slug", "last_week") if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: AlertRule | None = None) -> dict[str, Any]:
        return {} if obj else self.prepopulated_fields

    def save_model(self, request: HttpRequest, obj: AlertRule, form: Any, change: bool) -> None:
        if not change:
            obj.is_on = False
            messages.info(
                request, "The rule is off. See what it would have done last week, then switch it on."
            )
        super().save_model(request, obj, form, change)

    @admin.display(description="last week it would have alerted")
    def last_week(self, rule: AlertRule) -> str:
        """The alerts that there would have been, as the rule is stored now."""
        if rule.condition == Condition.RAISED:
            return "The code raises these alerts; the list of alerts has those of last week."
        found = tried(asked_of(rule), now=now())
        if not found:
            return "never"
        shown = "; ".join(
            f"{one.began:%a %d %b %H:%M} to {f'{one.ended:%a %H:%M}' if one.ended else 'now'}"
            for one in found[-_SHOWN:]
        )
        return f"{len(found)} times (UTC): {shown}"

    @action(description="Silence for an hour", permissions=["change"])
    def silence_hour(self, request: HttpRequest, rows: QuerySet[AlertRule]) -> None:
        """Its alerts are in the history, and nobody is sent them."""
        self._silence(request, rows, timedelta(hours=1))

    @action(description="Silence for a day", permissions=["change"])
    def silence_day(self, request: HttpRequest, rows: QuerySet[AlertRule]) -> None:
        """The same for a day."""
        self._silence(request, rows, timedelta(days=1))

    @action(description="End the silence", permissions=["change"])
    def end_silence(self, request: HttpRequest, rows: QuerySet[AlertRule]) -> None:
        """Its next alerts are sent again."""
        messages.success(request, f"{rows.update(silenced_until=None)} are not silent any more.")

    def _silence(self, request: HttpRequest, rows: QuerySet[AlertRule], length: timedelta) -> None:
        until = now() + length
        messages.success(
            request, f"{rows.update(silenced_until=until)} are silent until {until:%d %b %H:%M} UTC."
        )
