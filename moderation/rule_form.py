"""The rules' switches and numbers as a form."""

from collections.abc import Mapping
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from moderation.rules import RULES, Threshold
from moderation.services.rule_settings import NUMBERS, Settings, limits, problems_of
from moderation.statistics.rules import RuleCount


class RuleForm(forms.Form):
    """A switch for each rule that has one, and every number. `settings` is what was submitted, once it is valid."""

    settings: Settings

    def __init__(self, data: Any = None, *, present: Settings) -> None:
        super().__init__(data)
        for code, rule in RULES.items():
            if not rule.fixed:
                self.fields[f"on_{code}"] = forms.BooleanField(
                    required=False, label=f"“{rule.name}” counts", initial=code not in present.off, widget=UnfoldBooleanSwitchWidget(),
                )  # fmt: skip
        for name, limit in limits().items():
            self.fields[f"number_{name}"] = _number(name, limit, present.number(name))

    def rows(self, counts: Mapping[str, RuleCount]) -> list[dict[str, Any]]:
        """Each rule with its fields and what it did."""
        return [
            {"rule": rule, "count": counts[code], "switch": self._field(f"on_{code}"), "number": self._field(f"number_{code}")}
            for code, rule in RULES.items()
        ]  # fmt: skip

    def numbers(self) -> list[dict[str, Any]]:
        """The numbers of no single rule."""
        return [{"about": limit.about, "field": self[f"number_{name}"]} for name, limit in NUMBERS.items()]

    def clean(self) -> dict[str, Any]:
        """Refuse what cannot be set, with an error beside the field."""
        data = super().clean() or {}
        if self.errors:
            return data
        off = {code for code, rule in RULES.items() if not rule.fixed and not data.get(f"on_{code}")}
        numbers = {name: float(data[f"number_{name}"]) for name in limits()}
        wanted = Settings(off=frozenset(off), numbers=numbers)
        problems = problems_of(wanted)
        for name, words in problems.items():
            self.add_error(f"number_{name}" if name in numbers else f"on_{name}", words)
        if not problems:
            self.settings = wanted
        return data

    def _field(self, name: str) -> Any:
        return self[name] if name in self.fields else None


def _number(name: str, limit: Threshold, present: float) -> forms.FloatField:
    step = "1" if limit.decimals == 0 else "0.01"
    label = RULES[name].name if name in RULES else limit.about
    widget = UnfoldAdminTextInputWidget(attrs={"type": "number", "step": step, "inputmode": "decimal"})
    return forms.FloatField(label=f"{label}: {limit.about}" if name in RULES else label, initial=f"{present:g}", widget=widget)  # fmt: skip
