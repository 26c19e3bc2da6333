"""Stores a visitor's submission as a payload."""

from collections.abc import Mapping
from typing import Any

from django.utils.timezone import now
from uuid_utils.compat import uuid7

from accounts.rights import Actor, is_person
from events.queries import find_city
from moderation.services import submitters
from pipeline.connectors.inbound.submission import submission_payload
from sources.triggers.inbox import Receipt, receive, run_id_for, submissions_source


def keep_submission(fields: Mapping[str, Any], *, key: str = "", by: Actor | None = None) -> Receipt:
    """Store one submitted event.

    The same `key` is accepted once. `fields` are those of the connector `submission`, validated. A known city
    adds its name, country and zone. `by` is who is signed in: verdicts on what they submit count for them.
    """
    source = submissions_source()
    run_id = run_id_for(source, f"key:{key}") if key else uuid7()
    city = find_city(str(fields.get("city", ""))) if fields.get("city") else None
    known = (
        {"city": city.name, "country": city.country, "timezone": fields.get("timezone") or city.timezone}
        if city
        else {}
    )
    receipt = receive(source, submission_payload({**fields, **known}, name=str(run_id)), run_id=run_id)
    if receipt.is_new and by is not None and is_person(by):
        submitters.unite(by, now=now())
        submitters.note(
            run_id, source_id=source.pk, submitter=submitters.of_account(by.pk), is_known=True, now=now()
        )
    return receipt
