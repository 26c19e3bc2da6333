"""Records that their owners asked us not to list: dropped, and counted with the reason."""

from urllib.parse import urlsplit
from uuid import UUID

from moderation.queries import Standing
from pipeline.contract.draft import Draft
from pipeline.text.folding import fold

DOMAIN, SOURCE, ORGANIZER = "opted out: domain", "opted out: source", "opted out: organizer"


def reason(draft: Draft, source_id: UUID, standing: Standing) -> str:
    """Why the record is not listed, '' where nobody asked for it."""
    if str(source_id) in standing.sources:
        return SOURCE
    if standing.domains and standing.is_below(_host(draft.event.url)):
        return DOMAIN
    organizer = draft.event.organizer
    if organizer is not None and fold(organizer.name)[:200] in standing.organizers:
        return ORGANIZER
    return ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
