"""Switches a source on and off.

It is switched on only if its configuration is valid and its platform accepts its key.
"""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import now as clock

from accounts.actions import Action, record_action, target_of
from accounts.crypto import DecryptionFailed
from accounts.rights import Actor, require
from accounts.secrets import redact
from egress.factory import open_client
from pipeline.connectors.configuration import configured
from pipeline.contract.enums import SourceType
from pipeline.contract.exceptions import CredentialsMissing, SourceError
from pipeline.contract.http import HttpClient
from pipeline.contract.http_errors import EgressError
from places.queries.reach import require_city
from sources.credentials.store import credentials_for
from sources.models import Source
from sources.monitoring.diagnosis import remedy
from sources.monitoring.health import refresh
from sources.setup.context import policy_for

#: The right to set up sources and switch them.
CHANGE = "sources.change_source"


@dataclass(frozen=True, slots=True)
class Switched:
    """Whether the source is on now; else `error` gives the reason and the remedy in one line."""

    ok: bool
    error: str = ""


def enable(
    source: Source, *, by: Actor, http: HttpClient | None = None, now: datetime | None = None
) -> Switched:
    """Switch a source on, due at once, after its platform has accepted the key (`check_credentials`).

    Otherwise it stays off. Raises RightMissing.
    """
    require(by, CHANGE)
    require_city(by, source.city_id)
    moment = now or clock()
    error = why_not(source, by=by, http=http, now=moment)
    if not error:
        with transaction.atomic():
            Source.objects.filter(pk=source.pk).update(
                is_active=True, next_fetch_at=moment, consecutive_failures=0
            )
            _log(source, is_active=True, by=by)
        source.is_active, source.next_fetch_at, source.consecutive_failures = True, moment, 0
    refresh([source], now=moment)
    return Switched(not error, error)


def disable(source: Source, *, by: Actor, now: datetime | None = None) -> None:
    """Switch a source off. A running run ends. Raises RightMissing."""
    require(by, CHANGE)
    require_city(by, source.city_id)
    with transaction.atomic():
        Source.objects.filter(pk=source.pk).update(is_active=False)
        _log(source, is_active=False, by=by)
    source.is_active = False
    refresh([source], now=now or clock())


def why_not(source: Source, *, by: Actor, http: HttpClient | None = None, now: datetime) -> str:
    """Why the source cannot be switched on, '' where it can.

    Asks its platform with its key. Raises RightMissing.
    """
    require(by, CHANGE)
    require_city(by, source.city_id)
    try:
        credentials = credentials_for(source, now=now, http=http)
        connector = configured(source.connector, source.config, credentials)
        if source.type in (SourceType.WEBHOOK, SourceType.SUBMISSION):
            return ""
        with nullcontext(http) if http else open_client(policy_for(source), name=source.slug) as way_out:
            connector.check_credentials(way_out)
    except EgressError as error:
        return redact(f"{error.detail}. {remedy(error.code, error.detail)}")
    except CredentialsMissing as error:
        return redact(error.detail)
    except (SourceError, DecryptionFailed) as error:
        return redact(str(error))
    return ""


def reset(source: Source, *, by: Actor, now: datetime) -> None:
    """Delete failures, validators and checkpoint, and make the source due.

    Raises RightMissing. The source's events, staged rows and payloads stay; a running run keeps its claim.
    """
    require(by, CHANGE)
    require_city(by, source.city_id)
    fresh = {
        "consecutive_failures": 0, "last_error": "", "validators": {}, "checkpoint": {}, "next_fetch_at": now,
    }  # fmt: skip
    with transaction.atomic():
        Source.objects.filter(pk=source.pk).update(**fresh)
        record_action(by, Action.SOURCE_RESET, target=target_of(source))
    for name, value in fresh.items():
        setattr(source, name, value)
    refresh([source], now=now)


def _log(source: Source, *, is_active: bool, by: Actor) -> None:
    record_action(
        by,
        Action.SOURCE_CHANGED,
        target=target_of(source),
        before={"is_active": source.is_active},
        after={"is_active": is_active},
    )
