"""Feature flags in the admin."""

from collections.abc import Set
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from audit.enums import Action
from audit.recorded import ModelAdmin, column
from flags.connectors import known_kinds
from flags.models import FEATURES, OF_CONNECTOR, Flag, FlagSwitch
from flags.services import forget, said_by_environment, variable_of


class SwitchForm(forms.ModelForm):
    """A flag by its name, with what it switches."""

    class Meta:
        model = FlagSwitch
        fields = ("name", "is_on", "percent")
        help_texts = {
            "is_on": "Off: hidden, scheduled nowhere, 404. Seen by every process within 10 seconds.",
            "percent": "Of those who could have it, by a hash of the person, the visitor or the question: the same ones each time, and they stay when the "
            "number grows. What is the same for everybody (pages of the city, tasks, kinds of connectors) is on as a whole from 1 on, off at 0.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "name" in self.fields:
            self.fields["name"] = forms.ChoiceField(
                choices=_choices(), help_text="The environment (FLAG_ and this name) takes precedence."
            )


@admin.register(FlagSwitch)
class FlagSwitchAdmin(ModelAdmin):
    """An operator's choice. The environment (FLAG_NAME) takes precedence."""

    form = SwitchForm
    list_display = ("name", "about", "is_on", "percent", "environment", column("updated_at", "switched"))
    when_empty = (
        "No feature is switched here: each has its default, or what FLAG_NAME says. Add one to switch it."
    )

    @admin.display(description="what it switches")
    def about(self, row: FlagSwitch) -> str:
        """In a sentence."""
        return dict(_choices_with_words()).get(row.name, "nothing that there is any more")

    @admin.display(description="the environment says")
    def environment(self, row: FlagSwitch) -> str:
        """What the environment says in place of the switch."""
        said = said_by_environment(row.name)
        return f"{variable_of(row.name)}={said}" if said else "–"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The name of a switch stays what it is."""
        return (
            ("name", *super().get_readonly_fields(request, obj))
            if obj is not None
            else super().get_readonly_fields(request, obj)
        )

    def action_for(self, usual: Action, fields: Set[str]) -> Action:
        return Action.FLAG_CHANGED

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        forget()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        forget()


def _choices_with_words() -> list[tuple[str, str]]:
    features = [(flag.value, FEATURES[flag].about) for flag in Flag if FEATURES[flag].is_built]
    kinds = [
        (f"{OF_CONNECTOR}{kind}", f"Sources with the connector {kind} are shown and asked.")
        for kind in known_kinds()
    ]
    return [*features, *kinds]


def _choices() -> list[tuple[str, str]]:
    return [(name, f"{name}: {about}") for name, about in _choices_with_words()]
