"""Validates a source's answer, or events as JSON: a worker reads and refines them, and nothing is stored.

The web process loads no model, so it only waits.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from django.core.cache import cache
from django.utils.timezone import now as clock

from accounts.crypto import contact_key
from accounts.rights import Actor, require
from pipeline.connectors.configuration import configured
from pipeline.connectors.detect import detect
from pipeline.contract.connector import Page
from pipeline.contract.draft import Draft
from pipeline.contract.exceptions import ConfigInvalid, SourceError, UnknownConnector
from pipeline.contract.normalized import quality_json
from pipeline.contract.raw import Dropped, RawPayload
from pipeline.refinement.lookups import MemoryLookups
from places.queries import gazetteer
from sources.setup.quality_gates import rules

if TYPE_CHECKING:
    from sources.lab.inspection import Wish

#: The right to validate addresses, answers and texts.
INSPECT: Final = "sources.inspect_source"
#: How long a result is kept (seconds), how many records are read, and how many are listed one by one.
KEPT: Final = 900
MOST_READ: Final = 2_000
MOST_TOLD: Final = 200
_LOOK_EVERY: Final = 0.05


def begin(given: Mapping[str, Any], *, by: Actor) -> str:
    """Store the input and return its token; `sources.tasks.process_validation` then carries it out.

    `given` is JSON: `content` (text) or `events` (a list), `connector`, `config`, `base_url`, `content_type`,
    `city` (a known slug), `now` (ISO 8601). Raises RightMissing.
    """
    require(by, INSPECT)
    token = uuid4().hex
    cache.set(_key(token), {"state": "waiting", "given": dict(given)}, KEPT)
    return token


def answer_to(token: str, *, seconds: float = 0.0) -> dict[str, Any] | None:
    """The result once it is done or `seconds` are over; None for an expired token.

    `{"state": waiting, done, unreadable or failed, "result", "error": {"field", "detail"}}`. It failed by the name or the
    configuration of a connector; unreadable is what it was given.
    """
    until = time.monotonic() + seconds
    while True:
        found: dict[str, Any] | None = cache.get(_key(token))
        if found is None or found["state"] != "waiting" or time.monotonic() >= until:
            return found
        time.sleep(_LOOK_EVERY)


def carry_out(token: str) -> None:
    """Carry out the validation. Idempotent. An expired token is ignored."""
    held = answer_to(token)
    if held is None or held["state"] != "waiting":
        return
    try:
        done = {"state": "done", "result": validated(held["given"])}
    except SourceError as error:
        field = _field_of(error, held["given"])
        state = "unreadable" if field in ("content", "events") else "failed"
        done = {"state": state, "error": {"field": field, "detail": error.detail}}
    cache.set(_key(token), done, KEPT)


def _field_of(error: SourceError, given: Mapping[str, Any]) -> str:
    """What the error is about. Where no connector was named, one that is missing is the fault of the content."""
    if isinstance(error, UnknownConnector) and given.get("connector"):
        return "connector"
    if isinstance(error, ConfigInvalid):
        return "config"
    return "content" if given.get("events") is None else "events"


def validated(given: Mapping[str, Any]) -> dict[str, Any]:
    """The result: each item with its quality and flags, and the summary of `inspect_source`.

    Raises SourceError where nothing can be read.
    """
    from sources.lab.inspection import Inspection, Wish, context_of  # noqa: PLC0415 - costly

    wish = Wish(
        target=given.get("base_url", "") or "validation",
        now=datetime.fromisoformat(given["now"]) if given.get("now") else clock(),
        city=gazetteer().city(given["city"]) if given.get("city") else None,
        base_url=given.get("base_url", ""),
        quality=rules(),
    )
    begun = time.monotonic()
    name, page = _read(given, wish)
    records = list(islice(page.records, MOST_READ + 1))
    inspection = Inspection(
        connector=name,
        config=given.get("config", {}),
        because="",
        pages=[replace(page, records=records[:MOST_READ])],
        context=context_of(wish),
        lookups=MemoryLookups(cities=gazetteer(), contact_key=contact_key()),
        begun=begun,
    )
    results = [_reported(draft) for draft in inspection.drafts()]
    summary = inspection.summary()
    return {
        **{name: summary[name] for name in ("connector", "found", "kept", "dropped")},
        "is_cut": page.cut or len(records) > MOST_READ,
        "results": results[:MOST_TOLD],
        "refused": [_refused(one) for one in inspection.refused[:MOST_TOLD]],
        "summary": summary,
    }


def _read(given: Mapping[str, Any], wish: "Wish") -> tuple[str, Page]:
    from sources.lab.inspection import params_of  # noqa: PLC0415 - costly

    is_list = given.get("events") is not None
    content = json.dumps({"events": given["events"]}, ensure_ascii=False) if is_list else given["content"]
    kind = "application/json" if is_list else given.get("content_type", "")
    payload = RawPayload(
        url=given.get("base_url", ""), content=content.encode("utf-8", "replace"), content_type=kind
    )
    name = given.get("connector") or ("webhook" if is_list else detect(payload).metadata.name)
    return name, configured(name, given.get("config", {})).read(
        payload, params_of(wish, base_url=wish.base_url)
    )


def _reported(draft: Draft) -> dict[str, Any]:
    event = draft.event
    reported = event.to_json()
    names = (
        "external_id",
        "recurrence_id",
        "title",
        "start",
        "end",
        "timezone",
        "category",
        "url",
        "status",
        "flags",
    )
    return {
        **{name: reported[name] for name in names},
        "venue": event.venue.name,
        "city": draft.city,
        "notes": list(draft.notes),
        "quality": quality_json(event.quality),
        "passed": event.quality.passed,
    }


def _refused(one: Dropped) -> dict[str, str]:
    names = ("external_id", "recurrence_id", "title", "reason", "detail")
    return {name: getattr(one, name) for name in names}


def _key(token: str) -> str:
    return f"validation:{token}"
