"""Platform keys from the environment, in the form for a connector."""

from collections.abc import Mapping

from django.conf import settings

from accounts.secrets import remember
from pipeline.contract.connector import NO_CREDENTIALS, Credentials, Metadata
from pipeline.contract.enums import CredentialKind


def from_environment(metadata: Metadata, keys: Mapping[str, str] | None = None) -> Credentials:
    """The connector's keys among `settings.PLATFORM_KEYS` (or `keys`); NO_CREDENTIALS without any.

    Each is named by its variable without the platform's name, in lower case (`FACEBOOK_APP_ID` of `facebook`
    is `app_id`), the first one also `key`. This process masks their values in its logs from then on.
    """
    known = settings.PLATFORM_KEYS if keys is None else keys
    values = {name_of(variable, metadata.name): known.get(variable, "") for variable in metadata.variables}
    if not any(values.values()):
        return NO_CREDENTIALS
    first = known.get(metadata.variables[0], "")
    remember(values.values())
    return Credentials(kind=metadata.credential or CredentialKind.KEY, values={"key": first, **values})


def name_of(variable: str, connector: str) -> str:
    """The name of a variable among a connector's credentials."""
    return variable.removeprefix(connector.upper() + "_").lower()


def missing(metadata: Metadata, credentials: Credentials) -> tuple[str, ...]:
    """The variables that the connector still needs; () where it needs none or has all."""
    return () if credentials or not metadata.needs_key else metadata.variables
