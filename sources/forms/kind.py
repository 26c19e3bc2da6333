"""What is complete for a source's kind, as fields of its form: what it cannot tell, and gates of its own."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget

from pipeline.contract.quality import GATES, OVERALL, UNTOLD, spelled
from sources.models import Source
from sources.setup import quality_gates, untold

PREFIX: Final = "kind__"
_GATE: Final = f"{PREFIX}gate_"


class _Gate(forms.CharField):
    """One gate as a text: weight and threshold, or off; empty for the general setting."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.gate = name

    def clean(self, value: Any) -> str:
        text = str(super().clean(value)).strip()
        if text and (found := quality_gates.problems_of_own({self.gate: text})):
            raise forms.ValidationError(next(iter(found.values())))
        return text


def kind_fields(source: Source) -> dict[str, forms.Field]:
    """Form fields `kind__…`, filled with the source's settings, or else with those of its kind."""
    general = quality_gates.rules().settings
    fields: dict[str, forms.Field] = {
        f"{PREFIX}untold": forms.MultipleChoiceField(
            choices=[(name, name) for name in UNTOLD],
            initial=sorted(untold.of(source)),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            label="it cannot tell",
            help_text="An event of this source is complete without these. Filled in from what its platform can tell.",
        )
    }
    for name in (*GATES, OVERALL):
        fields[f"{_GATE}{name}"] = _Gate(
            name,
            initial=source.gates.get(name, ""),
            label=f"gate {name.replace('_', ' ')}",
            help_text=f"Empty for the general setting, {spelled(name, general[name])}; off switches it off.",
            widget=UnfoldAdminTextInputWidget(attrs={"placeholder": spelled(name, general[name])}),
        )
    return fields


def apply_kind(source: Source, cleaned: Mapping[str, Any]) -> None:
    """Set the form's values on the source. What equals its kind's defaults is not stored, and follows them."""
    address = str(source.config.get("url") or source.url)
    source.untold = untold.to_keep(source.connector, address, cleaned[f"{PREFIX}untold"])
    gates = {name: cleaned[f"{_GATE}{name}"] for name in (*GATES, OVERALL)}
    source.gates = {name: text for name, text in gates.items() if text}
