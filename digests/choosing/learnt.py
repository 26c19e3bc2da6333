"""What is learnt of people by what they did, asked for many at once."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

import structlog

from events import recommended
from events.recommended import Fit

log = structlog.get_logger(__name__)


def fits(wanted: Mapping[UUID, Collection[UUID]], *, now: datetime) -> Mapping[UUID, Fit]:
    """`events.recommended.fits`. An error there stops no mail: it goes as for everybody."""
    try:
        return recommended.fits(wanted, now=now)
    except Exception:
        log.exception("digest_without_what_is_learnt", people=len(wanted))
        return {}
