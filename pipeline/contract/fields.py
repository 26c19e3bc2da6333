"""The table of an event's fields: the name of each, where it is stored, and what may be done with it.

Every list of fields is derived from `FIELDS`: the JSON forms of records, the columns that readers see, what a
person may edit and lock, what a merge chooses and shows, and what a moderator is asked about.
`docs/changing-a-field.md` describes how to add one; `tests/pipeline/contract/test_fields.py` names what is
missing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from pipeline.contract.field_kinds import Column, Fact, Field, Kind, Merge, Simple
from pipeline.contract.values import age_range, age_words, read_age, read_text


@dataclass(frozen=True, kw_only=True, slots=True)
class SimpleFacts:
    """The simple fields as attributes of `RawRecord` and `NormalizedEvent`, '' or None where unknown."""

    age_limit: int | None = None
    dress_code: str = ""


def _simple(name: str, kind: Kind, how: Simple, *, limit: int = 0) -> Field:
    """A simple field: one fact in one column of the same name.

    It is visible, public, lockable, edited and compared.
    """
    column = Column(name=name, limit=limit, edited=True, preview=500, text=kind is Kind.TEXT)
    return Field(
        name=name, facts=(Fact(name=name, kind=kind, raw_names=(name,)),), columns=(column,), simple=how
    )


def _one(
    name: str,
    kind: Kind,
    column: Column | None = None,
    *,
    raw_names: tuple[str, ...] = (),
    public: bool = True,
    merge: Merge = Merge.CHOSEN,
) -> Field:
    """A field of one fact and one column, by default with the same name."""
    fact = Fact(name=name, kind=kind, raw_names=raw_names, public=public)
    return Field(name=name, facts=(fact,), columns=(column or Column(name=name),), merge=merge)


def _none(name: str) -> Field:
    """A field that identifies a listing, and has no column of the event."""
    fact = Fact(name=name, kind=Kind.TEXT, public=False)
    return Field(name=name, facts=(fact,), merge=Merge.NEVER, lockable=False)


_TITLE: Final = Field(
    name="title",
    facts=(
        Fact(name="title", kind=Kind.TEXT),
        Fact(name="raw_title", kind=Kind.TEXT, public=False, beside=True),
    ),
    columns=(
        Column(name="title", limit=300, edited=True, preview=10, text=True),
        Column(name="raw_title", limit=1000, visible=False, background=True, text=True),
        Column(name="slug", limit=120, text=True),
    ),
)
_START: Final = Field(
    name="start",
    facts=(
        Fact(name="start", kind=Kind.MOMENT),
        Fact(name="end", kind=Kind.MOMENT, raw_names=("duration_seconds", "last_day_inclusive")),
        Fact(name="end_predicted", kind=Kind.MOMENT),
        Fact(name="doors", kind=Kind.MOMENT),
        Fact(name="timezone", kind=Kind.TEXT, raw_names=("timezone", "calendar_timezone")),
        Fact(name="all_day", kind=Kind.TRUTH, raw_names=("all_day",)),
        Fact(name="time_known", kind=Kind.TRUTH),
        Fact(name="opening_hours", kind=Kind.TEXT, raw_names=("opening_hours",)),
        Fact(name="previous_start", kind=Kind.MOMENT),
    ),
    columns=(
        Column(name="start_at", edited=True, preview=20, urgent=True),
        Column(name="end_at", edited=True, preview=30, urgent=True),
        Column(name="start_date", edited=True, urgent=True),
        Column(name="end_date", edited=True, urgent=True),
        Column(name="all_day", edited=True, preview=40),
        Column(name="time_known", edited=True, preview=50, urgent=True),
        Column(name="opening_hours", limit=500, edited=True, urgent=True),
        Column(name="timezone", limit=64, edited=True),
        Column(name="end_predicted_at", background=True),
        Column(name="doors_at", urgent=True),
        Column(name="previous_start_at", urgent=True),
    ),
)
_VENUE: Final = Field(
    name="venue",
    facts=(
        Fact(name="venue", kind=Kind.RECORD),
        Fact(name="located", kind=Kind.OBJECT, public=False, beside=True),
    ),
    columns=(
        Column(name="place", link=True, edited=True),
        Column(name="venue_name", limit=200, edited=True, preview=60),
        Column(name="address", limit=400, edited=True, preview=70),
        Column(name="city", link=True, edited=True, preview=80),
        Column(name="area", link=True, edited=True, preview=90),
        Column(name="lat", edited=True),
        Column(name="lng", edited=True),
        Column(name="venue_city", limit=120, visible=False),
        Column(name="country", limit=60, visible=False),
        Column(name="around_lat", visible=False),
        Column(name="around_lng", visible=False),
        Column(name="plus_code", limit=20, visible=False),
        Column(name="venue_external_ids", visible=False),
    ),
)
_CATEGORY: Final = Field(
    name="category",
    facts=(
        Fact(name="category", kind=Kind.TEXT, raw_names=("categories",)),
        Fact(name="subcategory", kind=Kind.TEXT),
    ),
    columns=(
        Column(name="category", link=True, edited=True, preview=110),
        Column(name="subcategory", limit=60, edited=True),
    ),
)
_PRICE: Final = Field(
    name="price",
    facts=(
        Fact(
            name="price",
            kind=Kind.RECORD,
            raw_names=("price_text", "price_min", "price_max", "price_currency", "is_free"),
        ),
        Fact(name="offers", kind=Kind.TEXTS, raw_names=("offers",)),
    ),
    columns=(
        Column(name="price_type", edited=True, preview=120),
        Column(name="price_min", edited=True, preview=130),
        Column(name="price_max", edited=True, preview=140),
        Column(name="price_currency", limit=3, edited=True, preview=150),
        Column(name="offers", limit=80, edited=True, text=True),
    ),
)
_ONLINE: Final = Field(
    name="online",
    facts=(
        Fact(name="online", kind=Kind.WORD, raw_names=("online",)),
        Fact(name="online_url", kind=Kind.TEXT, raw_names=("online_url",)),
    ),
    columns=(
        Column(name="online", edited=True),
        Column(name="online_url", limit=2000, edited=True, text=True),
    ),
)
_STATUS: Final = Field(
    name="status",
    facts=(Fact(name="status", kind=Kind.WORD, raw_names=("status", "sold_out")),),
    columns=(
        Column(name="happening", edited=True, preview=180, urgent=True),
        Column(name="sold_out", edited=True, preview=190, urgent=True),
    ),
)
_RECURRENCE: Final = Field(
    name="recurrence",
    facts=(Fact(name="recurrence", kind=Kind.RECORD), Fact(name="recurrence_id", kind=Kind.TEXT)),
    columns=(
        Column(name="series", link=True, visible=False),
        Column(name="recurrence_id", limit=40, visible=False),
    ),
)
_QUALITY: Final = Field(
    name="quality",
    facts=(Fact(name="quality", kind=Kind.RECORD),),
    columns=(
        Column(name="quality_score", visible=False, background=True),
        Column(name="quality", visible=False, background=True),
    ),
)


def _background(name: str) -> Column:
    return Column(name=name, visible=False, background=True)


#: All fields, in the order of the edit form. A new simple field belongs below `AGE_LIMIT`.
FIELDS: Final[tuple[Field, ...]] = (
    _TITLE,
    _one("description", Kind.TEXT, Column(name="description", edited=True, preview=900, text=True)),
    _START,
    _VENUE,
    _CATEGORY,
    _one("tags", Kind.TEXTS, Column(name="tags", edited=True, preview=200, text=True, limit=60), raw_names=("tags",), merge=Merge.JOINED),
    _one("language", Kind.TEXT, Column(name="language", limit=12, edited=True, preview=220), raw_names=("language",)),
    _PRICE,
    _one("url", Kind.TEXT, Column(name="url", limit=2000, edited=True, preview=160, text=True)),
    _one("ticket_url", Kind.TEXT, Column(name="ticket_url", limit=2000, edited=True, preview=170, text=True)),
    _ONLINE,
    _one("setting", Kind.WORD, Column(name="setting", edited=True), raw_names=("setting",)),
    _one("performers", Kind.TEXTS, Column(name="performers", edited=True, preview=210, text=True, limit=200), raw_names=("performers",), merge=Merge.JOINED),
    _one("capacity", Kind.WHOLE, Column(name="capacity", edited=True), raw_names=("capacity",)),
    _STATUS,
    _simple(
        "age_limit",
        Kind.WHOLE,
        Simple(
            json_names=("agelimit", "minage", "minimumage", "agemin", "agerestriction", "agerestrictions", "agerange", "typicalagerange", "ages"),
            schema_org="typicalAgeRange",
            labels=("age limit", "age restriction", "minimum age", "ages", "age", "altersbeschränkung", "mindestalter", "âge minimum", "edad mínima"),
            read=read_age,
            about="Least age in whole years, 0 for all ages",
            label="Age limit",
            display=age_words,
            to_schema_org=age_range,
            example="18+",
        ),
    ),
    _simple(
        "dress_code",
        Kind.TEXT,
        Simple(
            json_names=("dresscode", "attire"),
            labels=("dress code", "dresscode", "attire", "kleiderordnung", "tenue", "código de vestimenta"),
            read=read_text(120),
            about="What guests are asked to wear",
            label="Dress code",
            example="Smart casual",
        ),
        limit=120,
    ),
    _one("organizer", Kind.RECORD, Column(name="organizer", link=True, preview=100, text=True)),
    _RECURRENCE,
    _one("registration_required", Kind.TRUTH, raw_names=("registration_required",)),
    _one("accessibility", Kind.OBJECT, raw_names=("accessibility",)),
    _one("popularity", Kind.OBJECT, _background("popularity")),
    Field(name="images", facts=(Fact(name="images", kind=Kind.RECORD),), merge=Merge.JOINED),
    _QUALITY,
    _one("flags", Kind.RECORD, _background("flags"), public=False, merge=Merge.OWN),
    _one("extraction", Kind.RECORD, _background("extraction_method")),
    _one("confidence", Kind.OBJECT, _background("confidence"), public=False),
    _none("external_id"),
    _none("raw_hash"),
)  # fmt: skip
#: Columns without a source: the system's own decisions about an event.
AXES: Final = (
    Column(name="publication"),
    Column(name="freshness"),
    Column(name="verification"),
    Column(name="merged_into", link=True),
)


def facts() -> Iterator[Fact]:
    """Every fact of every field."""
    for field in FIELDS:
        yield from field.facts


def columns() -> Iterator[Column]:
    """Every column of the fields, without the axes."""
    for field in FIELDS:
        yield from field.columns


#: The simple fields, by name.
SIMPLE: Final[Mapping[str, Simple]] = {field.name: field.simple for field in FIELDS if field.simple}
#: The value of an unknown simple field.
UNKNOWN: Final[Mapping[str, Any]] = {field.name: field.default for field in fields(SimpleFacts)}
#: The kind of each fact's value, by name.
KINDS: Final[Mapping[str, Kind]] = {fact.name: fact.kind for fact in facts()}
#: The longest simple text, in characters.
SIMPLE_LIMITS: Final[Mapping[str, int]] = {
    field.name: field.columns[0].limit
    for field in FIELDS
    if field.simple and field.facts[0].kind is Kind.TEXT
}
#: Columns whose change readers can see. Counters, search text and vectors live in side tables.
VISIBLE_COLUMNS: Final = tuple(column.column for column in (*columns(), *AXES) if column.visible)
#: Columns that describe how well an event is known; a change of these alone is no change for readers.
BACKGROUND: Final = frozenset(column.column for column in columns() if column.background)
#: The columns of each lockable field: a lock protects them from sources, a merge moves them together.
LOCKS: Final[Mapping[str, tuple[str, ...]]] = {
    field.name: tuple(column.column for column in field.columns) for field in FIELDS if field.lockable
}
#: Columns that a person may set in the admin.
EDITABLE: Final = tuple(column.name for column in (*columns(), *AXES) if column.edited)
#: Columns that people compare before a merge, in this order.
PREVIEW_COLUMNS: Final = tuple(
    name for _, name in sorted((c.preview, c.name) for c in columns() if c.preview is not None)
)
#: Columns of which a doubtful text is kept beside the approved one, and those whose change is urgent.
TEXT_COLUMNS: Final = tuple(column.column for column in columns() if column.text)
URGENT_COLUMNS: Final = frozenset(column.column for column in columns() if column.urgent)
#: Facts that come from one source together; the first name is that of the group in provenance.
GROUPS: Final = tuple(
    tuple(fact.name for fact in field.facts) for field in FIELDS if field.merge is Merge.CHOSEN
)
#: Facts that are joined over all sources.
UNIONS: Final = tuple(field.name for field in FIELDS if field.merge is Merge.JOINED)
#: Groups that only describe how well an event is known.
BACKGROUND_GROUPS: Final = frozenset(
    field.name
    for field in FIELDS
    if field.merge is Merge.CHOSEN and field.columns and all(column.background for column in field.columns)
)
#: Attributes of a `RawRecord` that a listing stores as the source's own words.
WORDS: Final = tuple(name for fact in facts() for name in fact.raw_names)
#: Facts that the API shows.
PUBLIC: Final = frozenset(fact.name for fact in facts() if fact.public)


def is_known(name: str, value: Any) -> bool:
    """Whether a simple field has a value; 0 is one."""
    return value is not None and value != UNKNOWN[name]


def read_simple(name: str, values: Iterable[Any]) -> Any:
    """The value of the simple field `name` from the first usable one of the published `values`."""
    read = SIMPLE[name].read
    return next((found for value in values if (found := read(value)) is not None), UNKNOWN[name])


def simple_words(event: Any) -> list[tuple[str, str]]:
    """The known simple fields of an event, as (label, words).

    The event has them as attributes, or is its own JSON.
    """
    get = event.get if isinstance(event, Mapping) else event.__getattribute__
    return [
        (how.label, how.display(value)) for name, how in SIMPLE.items() if is_known(name, value := get(name))
    ]
