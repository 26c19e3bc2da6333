"""Sources, their credentials and their runs."""

import json
from typing import Any

from pipeline.contract.enums import CredentialKind
from places.models import City
from sources.models import Credential, FetchRun, Source
from tests.factories.moments import NOW
from tests.factories.places import make_city


def make_source(
    *, slug: str = "feed", connector: str = "ical", city: City | None = None, **fields: Any
) -> Source:
    """A trusted source of calendars, switched off."""
    defaults = {"name": slug.title(), "type": "ical", "trust": "trusted"}
    return Source.objects.create(
        slug=slug, connector=connector, city=city or make_city(), **{**defaults, **fields}
    )


def make_credential(
    *, name: str = "one", connector: str = "webhook", kind: CredentialKind = CredentialKind.KEY, **values: str
) -> Credential:
    """A credential with these values as its secret."""
    return Credential.objects.create(
        name=name, connector=connector, kind=kind.value, secret=json.dumps(values), issued_at=NOW
    )


def make_run(*, source: Source | None = None, **fields: Any) -> FetchRun:
    """A run of `source`."""
    return FetchRun.objects.create(**{"source": source or make_source(), **fields})
