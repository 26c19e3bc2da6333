"""The quality gates as a form."""

from typing import Any, Final

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from pipeline.contract.quality import GATES, OVERALL, GateSetting, QualityRules, problems_of

#: What each gate checks, for those who set it.
ABOUT: Final = {
    "completeness": "what, when and where, and what readers miss: a description, an end, a price, an image, a link",
    "format": "times with offset and zone, web addresses, currencies, titles that fit",
    "business_logic": "lengths, prices, doors, capacities and dates that can be true",
    "geography": "a venue with coordinates or an address, in a city",
    "content": "a title and a description that say something, in normal case, no placeholder",
    OVERALL: "the weighted mean of all gates",
}


class GatesForm(forms.Form):
    """For each gate a switch, its weight and its threshold; for the overall score its threshold.

    `rules` are the submitted rules.
    """

    rules: QualityRules

    def __init__(self, data: Any = None, *, rules: QualityRules) -> None:
        initial = {
            f"{name}_{part}": getattr(one, part)
            for name, one in rules.settings.items()
            for part in ("enabled", "weight", "threshold")
        }
        super().__init__(data, initial=initial)
        for name in (*GATES, OVERALL):
            self.fields[f"{name}_enabled"] = forms.BooleanField(
                required=False, label=f"{_spoken(name)} counts", widget=UnfoldBooleanSwitchWidget()
            )
            if name != OVERALL:
                self.fields[f"{name}_weight"] = _number(f"Weight of {_spoken(name)}", step="0.05")
            self.fields[f"{name}_threshold"] = _number(f"Threshold of {_spoken(name)}", step="0.01")

    def rows(self) -> list[dict[str, Any]]:
        """The fields of each gate, for the template."""
        return [
            {
                "name": _spoken(name),
                "about": ABOUT[name],
                "fields": [
                    self[f"{name}_{part}"] if f"{name}_{part}" in self.fields else None
                    for part in ("enabled", "weight", "threshold")
                ],
            }
            for name in (*GATES, OVERALL)
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse invalid rules, with an error beside the field."""
        data = super().clean() or {}
        if self.errors:
            return data
        settings = {
            name: GateSetting(
                weight=data.get(f"{name}_weight", 0.0),
                threshold=data[f"{name}_threshold"],
                enabled=data.get(f"{name}_enabled", False),
            )
            for name in (*GATES, OVERALL)
        }
        found = problems_of(settings)
        for name, problem in found.items():
            part = (
                "weight"
                if "weight from" in problem
                else "threshold"
                if "threshold from" in problem
                else "enabled"
            )
            self.add_error(f"{name}_{part}", problem)
        if not found:
            self.rules = QualityRules(settings=settings)
        return data


def _spoken(name: str) -> str:
    return "the whole" if name == OVERALL else name.replace("_", " ")


def _number(label: str, *, step: str) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        widget=UnfoldAdminTextInputWidget(
            attrs={"type": "number", "step": step, "min": "0", "inputmode": "decimal"}
        ),
    )
