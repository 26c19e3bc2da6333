"""A connector with its typed configuration, from JSON: every mistake names its field."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from pipeline.connectors import registry
from pipeline.contract.connector import NO_CREDENTIALS, Connector, Credentials
from pipeline.contract.exceptions import ConfigInvalid

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

#: The types of JSON, by pydantic's name of the error.
_TYPES: Final[Mapping[str, str]] = {
    "string_type": "a text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "dict_type": "an object",
    "mapping_type": "an object",
    "tuple_type": "a list",
    "list_type": "a list",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One entry of a connector's configuration: its type as annotated, its default (None where it must be
    given), and what it means."""

    name: str
    hint: Any
    default: Any = None
    required: bool = False
    help: str = ""

    @property
    def kind(self) -> str:
        """How a form asks for it: `text`, `number`, `truth` (a tick), `choice` (true, false or undecided), or
        `json`."""
        parts = set(get_args(self.hint)) if get_origin(self.hint) in (Union, UnionType) else {self.hint}
        if parts == {bool, NoneType}:
            return "choice"
        kinds = {str: "text", bool: "truth", int: "number", float: "number"}
        named = {kinds.get(part, "json") for part in parts - {NoneType}}
        return named.pop() if len(named) == 1 else "json"


def settings_of(name: str) -> list[Setting]:
    """What the connector of that name can be told, in the order of its configuration. Raises
    UnknownConnector."""
    kind = registry.get(name).config_type
    hints = get_type_hints(kind)
    return [
        Setting(
            name=field.name,
            hint=hints[field.name],
            default=field.default_factory()
            if field.default_factory is not MISSING
            else None
            if field.default is MISSING
            else field.default,
            required=_is_required(field),
            help=str(field.metadata.get("help", "")),
        )
        for field in fields(kind)
    ]


def configured(name: str, config: Mapping[str, Any], credentials: Credentials = NO_CREDENTIALS) -> Connector:
    """The connector of that name with `config` and its keys. Raises UnknownConnector; ConfigInvalid, naming
    the field, what it is and what it should be."""
    kind = registry.get(name)
    values = _checked(name, config)
    try:
        return kind(kind.config_type(**values), credentials)
    except (TypeError, ValueError) as error:
        raise ConfigInvalid(f"config: {error}") from error


def _checked(name: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """The given settings by their declared types, as JSON has them: 5 is no text, and "300" no number.

    Raises ConfigInvalid for the first that does not fit, however deep it lies.
    """
    hints = get_type_hints(registry.get(name).config_type)
    try:
        made = _model(name).model_validate_json(json.dumps(dict(config)))
    except ValidationError as invalid:
        error = invalid.errors(include_url=False)[0]
        key = str(error["loc"][0]) if error["loc"] else ""
        if error["type"] == "extra_forbidden":
            known = ", ".join(sorted(hints)) or "none"
            reported = f"the connector {name} has no such setting; it has {known}."
        elif error["type"] == "missing":
            reported = "is missing; it has no default."
        else:
            reported = f"must be {_wanted(error, hints.get(key))}, is {_json_name(error['input'])}."
        raise ConfigInvalid(f"config{_place(error['loc'])}: {reported}") from invalid
    except (TypeError, ValueError) as error:
        raise ConfigInvalid(f"config: must be JSON: {error}") from error
    return {key: getattr(made, key) for key in config}


@cache
def _model(name: str) -> type[BaseModel]:
    """A model that checks what the configuration of a connector is made of."""
    kind = registry.get(name).config_type
    hints = get_type_hints(kind)
    wanted: dict[str, Any] = {
        field.name: (hints[field.name], ... if _is_required(field) else None) for field in fields(kind)
    }
    config = ConfigDict(extra="forbid", strict=True, protected_namespaces=())
    made: type[BaseModel] = create_model(kind.__name__, __config__=config, **wanted)
    return made


def _is_required(field: "Field[Any]") -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _place(parts: Sequence[int | str]) -> str:
    """Where a value stands: `.headers.Accept`, `.urls[0]`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)


def _wanted(error: "ErrorDetails", hint: Any) -> str:
    """What should stand in the place of a value, in words."""
    words = _TYPES.get(error["type"], error["msg"])
    return f"{words} or null" if len(error["loc"]) == 1 and NoneType in get_args(hint) else words


def _json_name(value: Any) -> str:
    names = {
        str: "a text",
        bool: "a truth value",
        int: "a number",
        float: "a number",
        NoneType: "null",
        list: "a list",
        dict: "an object",
    }
    return names.get(type(value), type(value).__name__)
