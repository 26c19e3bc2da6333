"""A connector with its typed configuration, from JSON: every mistake names its field."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pipeline.connectors import registry
from pipeline.contract.connector import NO_CREDENTIALS, Connector, Credentials
from pipeline.contract.exceptions import ConfigInvalid


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
            required=field.default is MISSING and field.default_factory is MISSING,
            help=str(field.metadata.get("help", "")),
        )
        for field in fields(kind)
    ]


def configured(name: str, config: Mapping[str, Any], credentials: Credentials = NO_CREDENTIALS) -> Connector:
    """The connector of that name with `config` and its keys. Raises UnknownConnector; ConfigInvalid, naming
    the field, what it is and what it should be."""
    kind = registry.get(name)
    hints = get_type_hints(kind.config_type)
    known = {field.name for field in fields(kind.config_type)}
    for key, value in config.items():
        if key not in known:
            raise ConfigInvalid(
                f"config.{key}: the connector {name} has no such setting; it has {', '.join(sorted(known)) or 'none'}."
            )
        if not _fits(value, hints[key]):
            raise ConfigInvalid(f"config.{key}: must be {_words(hints[key])}, is {_json_name(value)}.")
    try:
        return kind(kind.config_type(**config), credentials)
    except (TypeError, ValueError) as error:
        raise ConfigInvalid(f"config: {error}") from error


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value of JSON may stand where a type is wanted. Types that JSON does not tell apart are left
    to the connector."""
    if hint is Any:
        return True
    if get_origin(hint) in (Union, UnionType):
        return any(_fits(value, part) for part in get_args(hint))
    kind = get_origin(hint) or hint
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind in (str, bool, NoneType):
        return isinstance(value, kind)
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return isinstance(value, Mapping)
    return isinstance(value, list | tuple) if kind in (list, tuple, frozenset, set) else True


def _words(hint: Any) -> str:
    if get_origin(hint) in (Union, UnionType):
        return " or ".join(_words(part) for part in get_args(hint))
    kind = get_origin(hint) or hint
    names = {str: "a text", bool: "true or false", int: "a whole number", float: "a number", NoneType: "null"}
    return names.get(kind, "an object" if isinstance(kind, type) and issubclass(kind, Mapping) else "a list")


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
