"""A connector's configuration as a form, built from its typed schema.

Each setting has a field with a help text.
"""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from pipeline.connectors.configuration import Setting, settings_of

PREFIX = "config__"
_UNDECIDED = [("", "decided by what comes"), ("true", "yes"), ("false", "no")]


class _Json(forms.JSONField):
    """JSON whose null is an empty field, not the word null."""

    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else super().prepare_value(value)


def config_fields(connector: str, config: Mapping[str, Any]) -> dict[str, forms.Field]:
    """Form fields `config__NAME` for each setting of the connector, with the values of `config`.

    Raises UnknownConnector.
    """
    return {
        PREFIX + setting.name: _field(setting, config.get(setting.name, setting.default))
        for setting in settings_of(connector)
    }


def config_of(connector: str, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration in a form's cleaned data, without settings that have their default."""
    reported: dict[str, Any] = {}
    for setting in settings_of(connector):
        value = _value(setting, cleaned.get(PREFIX + setting.name))
        if value is not None and value != _plain(setting.default):
            reported[setting.name] = value
    return reported


def _field(setting: Setting, value: Any) -> forms.Field:
    given: dict[str, Any] = {
        "label": setting.name.replace("_", " "),
        "help_text": setting.help,
        "required": False,
    }
    match setting.kind:
        case "text":
            return forms.CharField(
                initial=value or "", strip=True, widget=UnfoldAdminTextInputWidget, **given
            )
        case "number":
            kind = forms.FloatField if _is_float(setting.hint) else forms.IntegerField
            return kind(
                initial=value, widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}), **given
            )
        case "truth":
            return forms.BooleanField(initial=bool(value), widget=UnfoldBooleanSwitchWidget, **given)
        case "choice":
            chosen = {True: "true", False: "false"}.get(value, "")
            return forms.ChoiceField(
                choices=_UNDECIDED, initial=chosen, widget=UnfoldAdminSelectWidget, **given
            )
        case _:
            return _Json(
                initial=_plain(value) if value else None,
                widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
                **given,
            )


def _value(setting: Setting, value: Any) -> Any:
    if setting.kind == "choice":
        return {"true": True, "false": False}.get(str(value).lower())
    if setting.kind == "truth":
        return bool(value)
    return None if value in ("", None) and setting.kind != "text" else value


def _is_float(hint: Any) -> bool:
    return "float" in str(hint)


def _plain(value: Any) -> Any:
    """A default as JSON would return it: tuples as lists, frozen mappings as objects."""
    return json.loads(json.dumps(value, default=_listed))


def _listed(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else list(value)
