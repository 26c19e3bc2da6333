"""Renews OAuth 2 tokens under a lock, so that one of many workers sends the request (RFC 6749, section 6)."""

import base64
import json
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote_plus

from django.conf import settings
from django.db import transaction

from accounts.secrets import redact, remember
from egress.factory import open_client
from egress.records import RequestPolicy
from pipeline.contract.enums import CredentialKind
from pipeline.contract.exceptions import CredentialsMissing
from pipeline.contract.http import HttpClient
from pipeline.contract.http_errors import EgressError
from sources.models import Credential
from sources.monitoring.alerts import raise_alert, resolve

#: A token is renewed so long before its end, so that none expires during a run.
EARLY: Final = timedelta(minutes=10)
#: The lifetime of a token whose answer does not state it (RFC 6749, 5.1, only recommends `expires_in`).
UNSAID: Final = timedelta(hours=1)


#: No further request is sent for so long after a refusal.
PATIENCE: Final = timedelta(minutes=5)
_NOT: Final = "not renewed: "


class _Refused(Exception):
    """The platform did not renew the token; one line.

    `asked` is False where no request was sent, because of a recent refusal.
    """

    def __init__(self, why: str, *, asked: bool = True) -> None:
        super().__init__(why)
        self.asked = asked


def is_renewable(row: Credential) -> bool:
    """Whether the credential renews itself."""
    return row.kind == CredentialKind.OAUTH2 and "refresh_token" in _values(row)


def renewed(row: Credential, *, now: datetime, http: HttpClient | None = None) -> Credential:
    """The credential, with its token renewed if it ends within ten minutes.

    While the old token is valid, a failed renewal only raises an alert. Raises CredentialsMissing where the
    token has expired and cannot be renewed.
    """
    if not (_ends(row, now) and is_renewable(row)):
        return row
    try:
        with transaction.atomic():
            held = Credential.objects.select_for_update().get(pk=row.pk)
            if _ends(held, now):
                if (
                    held.check_error.startswith(_NOT)
                    and held.checked_at is not None
                    and held.checked_at > now - PATIENCE
                ):
                    raise _Refused(held.check_error.removeprefix(_NOT), asked=False)
                _renew(held, now=now, http=http)
    except _Refused as error:
        return _not_renewed(row, error, now=now)
    resolve(f"credential:{row.pk}:renewal", now=now)
    return held


def _renew(row: Credential, *, now: datetime, http: HttpClient | None) -> None:
    values = _values(row)
    answer = _ask(values, http)
    token = answer.get("access_token")
    if not isinstance(token, str) or not token:
        raise _Refused("the answer has no access_token")
    values["access_token"] = token
    if isinstance(refresh := answer.get("refresh_token"), str) and refresh:
        values["refresh_token"] = refresh  # the platform may revoke the old one (RFC 6749, section 6)
    remember((token, values["refresh_token"]))
    row.secret, row.expires_at = json.dumps(values), now + _lasts(answer.get("expires_in"))
    row.checked_at, row.check_error = now, ""
    row.save()


def _ask(values: dict[str, str], http: HttpClient | None) -> dict[str, Any]:
    remember((values["refresh_token"], values.get("client_secret", ""), values.get("access_token", "")))
    form = {"grant_type": "refresh_token", "refresh_token": values["refresh_token"]}
    headers = {"accept": "application/json"}
    if scope := values.get("scope"):
        form["scope"] = scope
    if values.get("token_auth") == "basic":
        # section 2.3.1: both parts are form-encoded before they are joined
        pair = f"{quote_plus(values['client_id'])}:{quote_plus(values.get('client_secret', ''))}"
        headers["authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        form["client_id"] = values["client_id"]
        form.update({"client_secret": values["client_secret"]} if values.get("client_secret") else {})
    policy = RequestPolicy(
        user_agent=settings.EGRESS_USER_AGENT, obey_robots=False, max_received=65_536, max_decoded=65_536
    )
    try:
        with nullcontext(http) if http else open_client(policy, name="tokens") as way_out:
            answer = json.loads(way_out.post(values["token_url"], data=form, headers=headers).content)
    except EgressError as error:
        raise _Refused(redact(error.detail)) from error
    except (ValueError, KeyError) as error:
        raise _Refused(
            "the answer is not JSON"
            if isinstance(error, ValueError)
            else f"{error} is missing in the credential"
        ) from error
    if not isinstance(answer, dict):
        raise _Refused("the answer is not a JSON object")
    return answer


def _not_renewed(row: Credential, why: _Refused, *, now: datetime) -> Credential:
    if why.asked:
        Credential.objects.filter(pk=row.pk).update(checked_at=now, check_error=f"{_NOT}{why}"[:500])
    raise_alert(
        f"credential:{row.pk}:renewal",
        f"The token of {row.name} could not be renewed",
        detail=f"{why}. Its sources stop when it ends; connect the platform again and replace the credential.",
        now=now,
    )
    if row.expires_at is not None and row.expires_at > now:
        return row
    raise CredentialsMissing(
        f"The token of {row.name} has ended and could not be renewed: {why}. Replace the credential."
    )


def _ends(row: Credential, now: datetime) -> bool:
    return row.kind == CredentialKind.OAUTH2 and (
        not _values(row).get("access_token") or (row.expires_at is not None and row.expires_at <= now + EARLY)
    )


def _values(row: Credential) -> dict[str, str]:
    try:
        values = json.loads(row.secret) if row.secret else {}
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in values.items()} if isinstance(values, dict) else {}


def _lasts(said: Any) -> timedelta:
    try:
        seconds = float(said)
    except (TypeError, ValueError):
        return UNSAID
    return timedelta(seconds=min(max(seconds, 60.0), 366 * 86_400.0))
