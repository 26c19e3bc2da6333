"""Thin tasks of events: cleaning, and slow work after recording."""

import time
from uuid import UUID

from celery import shared_task
from django.utils.timezone import now

from events import services
from events.services import asked, beacon, cdn, indexnow, search_text, teams, trends, vocabulary
from events.sharing.picture import forget_share_pictures
from flags.models import Flag
from flags.services import is_on


@shared_task
def archive_past() -> int:
    """Archive events that ended a year ago. Returns how many."""
    return services.archive_past(now=now())


@shared_task
def anonymize_contacts() -> int:
    """Remove contacts of organizers whose events ended half a year ago. Returns how many rows."""
    return services.anonymize_contacts(now=now())


@shared_task
def embed_missing(seconds: float = 60.0) -> int:
    """Compute missing and outdated vectors, the newest events first, until none waits.

    Returns how many. After `seconds` the rest is queued again, behind other tasks.
    """
    begun, made = time.monotonic(), 0
    while done := services.embed_missing(now=now()):
        made += done
        if time.monotonic() - begun >= seconds:
            embed_missing.delay()
            break
    return made


@shared_task
def follow_vocabulary(seconds: float = 60.0) -> int:
    """Every ten seconds: count words and names of events that changed or are over, until none waits.

    Returns how many. The next call goes on after `seconds`.
    """
    begun, counted = time.monotonic(), 0
    while time.monotonic() - begun < seconds and (done := services.follow_vocabulary(now=now())):
        counted += done
    return counted


@shared_task
def refresh_outdated(seconds: float = 50.0) -> int:
    """Every minute: make outdated search documents anew, until none waits. Returns how many.

    The next call goes on after `seconds`.
    """
    begun, made = time.monotonic(), 0
    while time.monotonic() - begun < seconds and (done := search_text.refresh_outdated()):
        made += done
    return made


@shared_task
def forget_former_texts() -> int:
    """Hourly: forget what changed events said before, once the live feed has told everyone. Returns how many."""
    return search_text.forget_former(now=now())


@shared_task
def refresh_named(relation: search_text.Relation, named_id: str) -> int:
    """After a change of a name: make the documents of its events anew, and count their names and words. Returns how many."""
    if relation != "city":  # the vocabulary links a city, and does not hold its name
        vocabulary.recount_named(relation, UUID(named_id), now=now())
    return search_text.refresh_named(relation, UUID(named_id))


@shared_task
def fetch_pictures() -> int:
    """Every minute: fetch waiting pictures, if sources are on. Returns how many were stored."""
    return services.fetch_pictures().stored if is_on(Flag.LIVE_SOURCES) else 0


@shared_task
def forget_pictures() -> int:
    """Daily: delete files that no picture refers to, and old share pictures. Returns how many."""
    return services.forget_pictures(now=now()) + forget_share_pictures(now=now())


@shared_task
def mark_gone() -> int:
    """Mark events as gone that every source has left out for two weeks. Returns how many."""
    return services.mark_gone(now=now())


@shared_task
def add_up_queries() -> int:
    """Every minute: count what people looked for. Returns how many searches."""
    return asked.add_up(now=now())


@shared_task
def forget_queries() -> int:
    """Daily: delete what people looked for a week ago. Returns how many rows."""
    return asked.forget(now=now())


@shared_task
def forget_invitations() -> int:
    """Daily: delete invitations to teams that have expired. Returns how many."""
    return teams.forget_invitations(now=now())


@shared_task
def add_up_acts() -> int:
    """Every minute: write how often events were opened, shared and left for tickets. Returns how many rows."""
    return beacon.add_up(now=now())


@shared_task
def forget_days() -> int:
    """Daily: delete counts of days that ended a quarter of a year ago. Returns how many rows."""
    return beacon.forget(now=now())


@shared_task
def refresh_trends() -> int:
    """Every five minutes: score upcoming events by how much they are looked at. Returns how many changed."""
    return trends.refresh_trends(now=now())


@shared_task
def submit_changes() -> int:
    """Every ten minutes: tell search engines which pages changed, if they are to be told. Returns how many."""
    return indexnow.submit_changes()


@shared_task
def purge_cdn(everything: bool = False) -> int:
    """After each change, and every minute: tell the CDN which topics changed, if there is one. Returns how many."""
    return cdn.purge_all() if everything else cdn.purge_changes()
