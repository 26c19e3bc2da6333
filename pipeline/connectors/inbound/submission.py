"""An event that a person tells us of, by the form or the API: the validated fields as one JSON object."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, ClassVar, Final

from pipeline.connectors.formats.json_feed import Reading, records
from pipeline.connectors.support.json_text import parse_json
from pipeline.connectors.support.pushed import Pushed
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, SourceType
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.fields import SIMPLE
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.dates.repeats import repeated
from pipeline.text.decoding import MAX_DESCRIPTION, MAX_ITEMS, MAX_LINE, MAX_TITLE, MAX_URL

#: What a submission may say, and how long it may be. Anything else is left out: a stranger does not set
#: identities, counters or status.
LIMITS: Final[Mapping[str, int]] = {
    "title": MAX_TITLE, "description": MAX_DESCRIPTION, "start": 100, "end": 100, "doors": 100, "timezone": 64, "venue": MAX_LINE,
    "address": MAX_LINE, "city": MAX_LINE, "country": MAX_LINE, "url": MAX_URL, "ticket_url": MAX_URL, "online_url": MAX_URL, "image": MAX_URL,
    "price": MAX_LINE, "price_min": 20, "price_max": 20, "currency": 3, "category": MAX_LINE, "organizer": MAX_LINE, "language": 20, "tags": MAX_LINE,
    "rrule": 300, **dict.fromkeys(SIMPLE, MAX_LINE),
}  # fmt: skip
#: Dates of one series that are told at once.
MOST_DATES: Final = 60
_MOST_KEYS: Final = 20
_FLAGS: Final = ("all_day", "is_free", "online", "registration_required")
_NUMBERS: Final = ("lat", "lng", "capacity")


@dataclass(frozen=True, kw_only=True, slots=True)
class SubmissionConfig:
    """`timezone` of times without offset, where the city does not say it."""

    timezone: str = ""


class SubmissionConnector(Pushed):
    """Reads one submission. `payload.url` names it (`submission:ID`), so that sending it twice is one
    event."""

    metadata: ClassVar[Metadata] = Metadata(
        name="submission",
        title="Submission by a visitor",
        type=SourceType.SUBMISSION,
        allows="what the visitor agreed to",
    )
    config_type: ClassVar[type[SubmissionConfig]] = SubmissionConfig

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """One record, or one for each date of a series; dropped without a title or a start; PARTIAL. Raises SchemaChanged for a
        payload that is no object."""
        try:
            value = parse_json(payload.content.decode("utf-8"))
        except ValueError as error:
            raise SchemaChanged("a submission that is no JSON") from error
        if not isinstance(value, dict):
            raise SchemaChanged("a submission that is no object")
        reading = Reading(
            params=params, base=params.base_url, timezone=self.config.timezone or params.timezone
        )
        made = [
            replace(r, external_id=payload.url, stable_id=bool(payload.url))
            if isinstance(r, RawRecord)
            else r
            for r in records(_allowed(value), reading)
        ]
        return Page(payload=payload, records=_dates(made[:1], value, params), coverage=Coverage.PARTIAL)


def _dates(
    made: list[RawRecord | Dropped], said: Mapping[str, Any], params: FetchParams
) -> list[RawRecord | Dropped]:
    """The dates of a submitted series (`rrule`, RFC 5545), else the one record."""
    rule = said.get("rrule")
    first = made[0] if made else None
    if not isinstance(rule, str) or not isinstance(first, RawRecord):
        return made
    return list(islice(repeated(first, params, rule=rule[: LIMITS["rrule"]]), MOST_DATES))


def submission_payload(fields: Mapping[str, Any], *, name: str) -> RawPayload:
    """The payload of a form's or request's validated fields; `name` is the submission's own id. Dates and
    numbers become text."""
    body = json.dumps(_allowed(fields), ensure_ascii=False, default=str)
    return RawPayload(
        url=f"submission:{name}", content=body.encode("utf-8", "replace"), content_type="application/json"
    )


def _allowed(fields: Mapping[str, Any]) -> dict[str, Any]:
    texts = {key: text[:limit] for key, limit in LIMITS.items() if (text := _text(fields.get(key)))}
    flags = {key: fields[key] for key in _FLAGS if isinstance(fields.get(key), bool)}
    numbers = {
        key: fields[key]
        for key in _NUMBERS
        if isinstance(fields.get(key), int | float) and not isinstance(fields.get(key), bool)
    }
    access = fields.get("accessibility")
    keys = [key for key, has in access.items() if has is True] if isinstance(access, Mapping) else []
    offers = {"accessibility": {str(key)[:40]: True for key in keys[:_MOST_KEYS]}} if keys else {}
    names = fields.get("performers")
    acts = (
        [text[:MAX_LINE] for name in names[:MAX_ITEMS] if (text := _text(name))]
        if isinstance(names, list)
        else []
    )
    return {**texts, **flags, **numbers, **offers, **({"performers": acts} if acts else {})}


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(v for v in value[:MAX_ITEMS] if isinstance(v, str))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return (
        str(value).strip()
        if isinstance(value, str | int | float | Decimal) and not isinstance(value, bool)
        else ""
    )
