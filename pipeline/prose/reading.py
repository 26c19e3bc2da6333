"""Reads a connector's prose by the run's extractor or the rules, and adds the connector's own facts."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from pipeline.contract.connector import FetchParams
from pipeline.contract.enums import ExtractionMethod
from pipeline.contract.normalized import Venue
from pipeline.contract.prose import Prose
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.prose.rules import Rules
from pipeline.text.decoding import MAX_DESCRIPTION
from pipeline.text.folding import fold_name


def announced(prose: Prose, about: RawRecord, params: FetchParams) -> list[RawRecord | Dropped]:
    """The events of a text, each with the connector's facts about the post or article (`about`).

    These are its id, images, organizer, tags. A single event has the id of the text; several have each an id
    made of title and start, so that it stays the same as long as they do. A Dropped has the id of the text.
    """
    extractor = params.extractor or _rules()
    if about.organizer is not None and not prose.author:
        prose = replace(prose, author=about.organizer.name)
    found = extractor.extract(prose)
    events = [one for one in found if isinstance(one, RawRecord)]
    if not events:
        why = next((one for one in found if isinstance(one, Dropped)), Dropped(reason="no event in the text"))
        # an item of an events feed should be an event: it is dropped with the reason of any event without a
        # start
        reason, detail = ("no start", why.reason) if prose.title else (why.reason, why.detail)
        return [
            replace(
                why,
                reason=reason,
                detail=detail,
                external_id=about.external_id,
                title=why.title or about.title,
                raw=about.raw,
            )
        ]
    name = _alone if len(events) == 1 else _one_of_several
    if about.description:  # the whole description keeps its markup: prose has lost its links and lists
        events = [
            replace(one, description="") if one.description == prose.text[:MAX_DESCRIPTION] else one
            for one in events
        ]
    return [_joined(event, about, name) for event in events]


def _joined(event: RawRecord, about: RawRecord, name: Callable[[RawRecord, RawRecord], str]) -> RawRecord:
    # a place that the platform gives outranks one in words
    given = about.venue.lat is not None or bool(about.venue.external_ids) or event.venue == Venue()
    venue = about.venue if given else event.venue
    return replace(
        about,
        external_id=name(event, about),
        stable_id=bool(about.external_id),
        title=event.title,
        description=event.description or about.description,
        start=event.start,
        end=event.end,
        doors=event.doors,
        venue=venue,
        online=event.online,
        online_url=event.online_url,
        url=event.url or about.url,
        ticket_url=event.ticket_url or about.ticket_url,
        price_text=event.price_text or about.price_text,
        status=event.status or about.status,
        sold_out=event.sold_out,
        performers=event.performers,
        language=event.language or about.language,
        method=event.method if event.method is not ExtractionMethod.STRUCTURED else ExtractionMethod.TEXT,
        metadata={**about.metadata, **event.metadata},
        notes=(*about.notes, *event.notes),
    )


def _alone(_: RawRecord, about: RawRecord) -> str:
    return about.external_id


def _one_of_several(event: RawRecord, about: RawRecord) -> str:
    reported = json.dumps([fold_name(event.title), str(event.start)])
    return (
        f"{about.external_id}#{hashlib.sha256(reported.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
        if about.external_id
        else ""
    )


@lru_cache(maxsize=1)
def _rules() -> Rules:
    return Rules()
