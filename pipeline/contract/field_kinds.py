"""What a field of an event is: its facts, its columns, and how its value is chosen."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """The type of a value.

    TEXT is a str ('' = unknown), WHOLE an int (None = unknown), TRUTH a bool, WORD a member of an
    enumeration, MOMENT an aware datetime or a date, TEXTS a tuple of str, OBJECT a flat mapping, RECORD one
    dataclass or a tuple of them.
    """

    TEXT = "text"
    WHOLE = "whole"
    TRUTH = "truth"
    WORD = "word"
    MOMENT = "moment"
    TEXTS = "texts"
    OBJECT = "object"
    RECORD = "record"


class Merge(StrEnum):
    """How a value is chosen from several sources.

    CHOSEN: the facts of a field come from one source, which provenance names. JOINED: the union over all
    sources. OWN: by code of its own. NEVER: it belongs to one listing.
    """

    CHOSEN = "chosen"
    JOINED = "joined"
    OWN = "own"
    NEVER = "never"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One key of a normalized event's JSON (docs/interfaces.md).

    `raw_names` are the attributes of `RawRecord` that a listing stores as the source's own words. With
    `public` the API shows it. With `beside` it is stored beside the normalized event, and is not part of its
    JSON.
    """

    name: str
    kind: Kind
    raw_names: tuple[str, ...] = ()
    public: bool = True
    beside: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column of the model `Event`. `name` is the model field's; a foreign key's column ends in `_id`.
    `limit`: the length of the column in characters.
    `visible`: readers can see a change, so the database requires a Change.
    `background`: it describes how well an event is known; a change of it alone is no change for readers.
    `edited`: a person may set it in the admin.
    `preview`: its position in the preview of a merge, None where it is not shown.
    `text`: its change is withheld where the text looks forged.
    `urgent`: its change is applied at once.
    """

    name: str
    link: bool = False
    limit: int = 0
    visible: bool = True
    background: bool = False
    edited: bool = False
    preview: int | None = None
    text: bool = False
    urgent: bool = False

    @property
    def column(self) -> str:
        """The name in the database."""
        return f"{self.name}_id" if self.link else self.name


@dataclass(frozen=True, kw_only=True, slots=True)
class Simple:
    """A field with one value and no code of its own: how publishers write it, and how readers see it.
    `json_names`: keys of JSON feeds and elements of RSS, in small letters without signs, the surest first.
    `schema_org`: the property of schema.org/Event, '' for none.
    `labels`: the text before the colon of a line, in small letters.
    `read`: parses any published value; returns None without a value.
    `about`: the description in the API's documentation. `label`: the heading for readers.
    `display`: formats a value for readers. `to_schema_org`: formats a value for schema.org.
    `example`: a value as publishers write it; the tests send it through every interface.
    """

    json_names: tuple[str, ...] = ()
    schema_org: str = ""
    labels: tuple[str, ...] = ()
    read: Callable[[Any], Any]
    about: str
    label: str
    display: Callable[[Any], str] = str
    to_schema_org: Callable[[Any], str] = str
    example: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """The facts that come from one source together, and their columns.

    Its name is the name of its lock, of its provenance and of its first fact. With `lockable`, sources cannot
    change a value that a person set.
    """

    name: str
    facts: tuple[Fact, ...]
    columns: tuple[Column, ...] = ()
    merge: Merge = Merge.CHOSEN
    lockable: bool = True
    simple: Simple | None = None
