"""Platform credentials: decrypted for a run, checked with their platform, replaced without a gap.

In clear text they exist only in memory.
"""

import json
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now as clock

from accounts.actions import Action, record_action, target_of
from accounts.crypto import DecryptionFailed
from accounts.rights import Actor, require
from accounts.secrets import redact, remember
from egress.factory import open_client
from egress.records import RequestPolicy
from pipeline.connectors import registry
from pipeline.connectors.configuration import configured
from pipeline.contract.connector import Credentials
from pipeline.contract.enums import CredentialKind
from pipeline.contract.exceptions import CredentialsMissing, SourceError
from pipeline.contract.http import HttpClient
from pipeline.contract.http_errors import EgressError
from sources.credentials.oauth2 import renewed
from sources.models import Credential, Source
from sources.monitoring.alerts import notice, resolve
from sources.platform_keys import from_environment

#: The right to replace keys and to check them.
CHANGE: Final = "sources.change_credential"
#: How long a replaced key remains valid for running runs, and for publishers that sign with it.
OVERLAP: Final = timedelta(days=2)
#: The required values of each kind; an API key is called `key`, a webhook's secret `secret`.
NEEDED: Final[Mapping[CredentialKind, tuple[tuple[str, ...], ...]]] = {
    CredentialKind.KEY: (("key", "secret", "app_id"),),
    CredentialKind.BASIC: (("username",), ("password",)),
    CredentialKind.FORM: (("username",), ("password",)),
    CredentialKind.OAUTH2: (("access_token", "refresh_token"),),
}
#: What the renewal of an OAuth 2 token needs beside the refresh token.
RENEWAL: Final = ("token_url", "client_id")
#: Names whose values are not secret.
PUBLIC: Final = frozenset({"username", "client_id", "app_id", "user_id", "token_url", "token_auth", "scope"})


class CredentialInvalid(SourceError):
    """A credential is invalid. The message names the field and the remedy."""


class CheckFailed(SourceError):
    """The platform refuses the key. Nothing was changed."""


def credentials_for(
    source: Source, *, now: datetime | None = None, http: HttpClient | None = None
) -> Credentials:
    """The source's credential, renewed if necessary; else the environment's keys; else NO_CREDENTIALS.

    Raises CredentialsMissing where a token has expired and cannot be renewed, UnknownConnector.
    """
    try:
        row = source.credential
    except DecryptionFailed as error:
        raise CredentialsMissing(
            f"The source's credential cannot be read: {error} Add the key, or replace the credential."
        ) from error
    if row is None:
        return from_environment(registry.get(source.connector).metadata)
    row = renewed(row, now=now or clock(), http=http)
    return remembered(Credentials(kind=CredentialKind(row.kind), values=opened(row.secret)))


def opened(secret: str) -> dict[str, str]:
    """The values of a stored secret, by name. Raises CredentialsMissing where it cannot be decrypted."""
    try:
        values = json.loads(secret) if secret else {}
    except ValueError as error:
        raise CredentialsMissing("The credential's secret is not a JSON object; replace it.") from error
    if not isinstance(values, dict):
        raise CredentialsMissing("The credential's secret is not a JSON object; replace it.")
    return {str(name): str(value) for name, value in values.items() if value not in (None, "")}


def remembered(credentials: Credentials) -> Credentials:
    """The same credentials. This process masks their values in its logs from now on."""
    remember(value for name, value in credentials.values.items() if name == "key" or name not in PUBLIC)
    return credentials


def webhook_secrets(source: Source, *, now: datetime) -> tuple[str, ...]:
    """The secrets that a publisher may sign with: the present one, and the former one while it is valid.

    Else ().
    """
    row = source.credential
    if row is None:
        return ()
    stored = [
        row.secret,
        *([row.previous] if row.previous_until is not None and now < row.previous_until else []),
    ]
    found = [opened(secret).get("secret") or opened(secret).get("key", "") for secret in stored]
    remember(found)
    return tuple(secret for secret in found if secret)


def quota_key(source: Source) -> str:
    """The name under which the source's requests are counted.

    That of its credential or environment variable, or '' for an open platform.
    """
    if source.credential_id is not None:
        return f"credential:{source.credential_id}"
    metadata = registry.get(source.connector).metadata
    variable = next((name for name in metadata.variables if settings.PLATFORM_KEYS.get(name)), "")
    return f"env:{variable}" if variable else ""


def store(row: Credential, values: Mapping[str, str], *, by: Actor, now: datetime) -> Credential:
    """Store the secret of a new credential. Raises RightMissing, CredentialInvalid."""
    require(by, "sources.add_credential")
    row.secret = _sealed(CredentialKind(row.kind), values)
    row.issued_at = row.issued_at or now
    with transaction.atomic():
        row.save()
        record_action(by, Action.CREDENTIAL_CHANGED, target=target_of(row), after={"stored": True})
    return row


def replace(
    row: Credential,
    values: Mapping[str, str],
    *,
    by: Actor,
    expires_at: datetime | None = None,
    http: HttpClient | None = None,
    now: datetime | None = None,
) -> Credential:
    """Replace the values without a gap, and notify operators.

    The new values are first checked with the platform; the old ones remain valid for OVERLAP. Raises
    RightMissing, CredentialInvalid, CheckFailed (nothing is changed then).
    """
    require(by, CHANGE)
    moment = now or clock()
    kind = CredentialKind(row.kind)
    sealed = _sealed(kind, values)
    error = _refusal(row, remembered(Credentials(kind=kind, values=opened(sealed))), http)
    if error:
        raise CheckFailed(
            f"{row.name}: the platform does not accept the new values, the old ones stay: {error}"
        )
    with transaction.atomic():
        held = Credential.objects.select_for_update().get(pk=row.pk)
        held.previous, held.previous_until = held.secret, moment + OVERLAP
        held.secret, held.issued_at, held.expires_at = sealed, moment, expires_at
        held.checked_at, held.check_error, held.warned_at = moment, "", None
        held.save()
        record_action(by, Action.CREDENTIAL_CHANGED, target=target_of(row), after={"replaced": True})
        for about in ("ending", "rotation", "renewal"):
            resolve(f"credential:{row.pk}:{about}", now=moment)
        notice(
            f"credential:{row.pk}:replaced:{moment:%Y%m%d%H%M%S%f}",
            f"The credential {row.name} was replaced",
            detail=f"The former one stays valid until {held.previous_until:%Y-%m-%d %H:%M} UTC. If you did not replace it, replace it again.",
            now=moment,
        )
    return held


def check(row: Credential, *, by: Actor, http: HttpClient | None = None, now: datetime | None = None) -> str:
    """Ask the platform whether it accepts the credential, and store the answer.

    Returns '' where it does, else one line. Raises RightMissing.
    """
    require(by, CHANGE)
    moment = now or clock()
    try:
        row = renewed(row, now=moment, http=http)
        error = _refusal(
            row, remembered(Credentials(kind=CredentialKind(row.kind), values=opened(row.secret))), http
        )
    except (SourceError, DecryptionFailed) as problem:
        error = str(problem)
    row.checked_at, row.check_error = moment, redact(error)[:500]
    with transaction.atomic():
        row.save(update_fields=["checked_at", "check_error", "updated_at"])
        after = {"is_accepted": not row.check_error}
        record_action(by, Action.CREDENTIAL_CHECKED, target=target_of(row), after=after)
    return row.check_error


def forget_previous(*, now: datetime) -> int:
    """Delete former secrets that have expired. Returns how many."""
    return (
        Credential.objects.filter(previous_until__lte=now)
        .exclude(previous="")
        .update(previous="", previous_until=None)
    )


def _refusal(row: Credential, credentials: Credentials, http: HttpClient | None) -> str:
    """Why the platform refuses `credentials`, '' where it accepts them."""
    source = row.sources.order_by("slug").first()
    try:
        connector = configured(row.connector, source.config if source else {}, credentials)
        with nullcontext(http) if http else open_client(_policy(row), name=f"credential:{row.pk}") as way_out:
            connector.check_credentials(way_out)
    except (EgressError, SourceError) as error:
        return redact(error.detail)[:400]
    return ""


def _policy(row: Credential) -> RequestPolicy:
    """The policy for one request to an API with our own key, counted like any other request of the key."""
    known = registry.CONNECTORS.get(row.connector)
    return RequestPolicy(
        user_agent=settings.EGRESS_USER_AGENT,
        obey_robots=False,
        max_received=1024 * 1024,
        max_decoded=4 * 1024 * 1024,
        quota_key=f"credential:{row.pk}",
        quotas=known.metadata.quotas if known else (),
    )


def _sealed(kind: CredentialKind, values: Mapping[str, Any]) -> str:
    clean = {str(name).strip(): str(value).strip() for name, value in values.items() if str(value).strip()}
    for alternatives in NEEDED.get(kind, ()):
        if not any(name in clean for name in alternatives):
            raise CredentialInvalid(
                f"{alternatives[0]}: missing; a credential of the kind {kind.value} needs {' or '.join(alternatives)}."
            )
    if kind is CredentialKind.OAUTH2 and "refresh_token" in clean:
        for name in RENEWAL:
            if name not in clean:
                raise CredentialInvalid(f"{name}: missing; a token is renewed at token_url, as client_id.")
    return json.dumps(clean)
