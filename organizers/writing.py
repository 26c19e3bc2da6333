"""Events that a team writes: kept as drafts, sent the way of all events, and finished when they are there."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts.exceptions import InputRefused
from accounts.rights import Actor, RightMissing, person_of
from events.exceptions import EventError, TeamRefused
from events.models import Event, Listing
from events.queries.teams import role_of
from events.services import lock_own, note_told_by_team
from organizers.describing import submission_fields
from organizers.draft_pictures import give_picture
from organizers.models import WrittenEvent
from organizers.times import closes_for
from organizers.writing_form import questions_of, rule_of
from places.models import SPEAKING
from places.queries import find_city
from registrations.exceptions import RegistrationError
from registrations.records import Terms
from registrations.services import set_terms
from sources.triggers.inbox import submissions_source
from sources.triggers.submissions import keep_submission

log = structlog.get_logger(__name__)

#: Drafts of one organizer that are not sent yet.
MOST_DRAFTS: Final = 50
#: Drafts are kept so long after their last change, and what was sent as long.
KEPT: Final = timedelta(days=180)
#: What was sent is looked for that long.
_PATIENCE: Final = timedelta(days=3)
#: Fields of an event that what the form holds decides, by their names there.
_LOCKED: Final[Mapping[str, str]] = {
    "title": "title", "start": "start", "venue": "venue", "address": "venue", "description": "description", "category": "category",
    "tags": "tags", "language": "language", "age_limit": "age_limit", "accessibility": "accessibility", "price": "price", "url": "url",
    "ticket_url": "ticket_url", "online": "online", "performers": "performers",
}  # fmt: skip


def keep_draft(
    said: Mapping[str, Any],
    *,
    draft_id: UUID | None = None,
    picture: tuple[bytes, str] | None = None,
    by: Actor,
    now: datetime | None = None,
) -> WrittenEvent:
    """Keep what the valid form holds, as a new draft or in place of what one held.

    `picture` is what `draft_pictures.cut` made, (b"", "") for none; without it the draft keeps the one that it has. Raises RightMissing,
    TeamRefused, WrittenEvent.DoesNotExist.
    """
    moment, organizer_id = now or clock(), UUID(said["organizer"])
    content, alt = picture or (None, "")
    _require_team(organizer_id, by=by)
    with transaction.atomic():
        if draft_id is None:
            if WrittenEvent.objects.filter(organizer=organizer_id, sent_at=None).count() >= MOST_DRAFTS:
                raise TeamRefused(
                    gettext("There are %(number)s drafts already. Send or delete some first.")
                    % {"number": MOST_DRAFTS}
                )
            return WrittenEvent.objects.create(
                organizer_id=organizer_id,
                author=person_of(by),
                said=dict(said),
                picture=content or None,
                picture_alt=alt,
                created_at=moment,
                updated_at=moment,
            )
        draft = _locked(draft_id, by=by)
        draft.organizer_id, draft.said, draft.updated_at = organizer_id, dict(said), moment
        changed = ["organizer", "said", "updated_at"]
        if picture is not None:
            draft.picture, draft.picture_alt = content or None, alt
            changed += ["picture", "picture_alt"]
        draft.save(update_fields=changed)
    return draft


def send_draft(draft_id: UUID, *, by: Actor, now: datetime | None = None) -> WrittenEvent:
    """Send a draft: it is read, matched and moderated like every event that a person tells of. Twice it is sent once.

    Raises RightMissing, TeamRefused, WrittenEvent.DoesNotExist.
    """
    with transaction.atomic():
        draft = _locked(draft_id, by=by)
        fields = submission_fields(draft.said, organizer=draft.organizer.name, rule=rule_of(draft.said))
        receipt = keep_submission(fields, key=f"written {draft.pk}", by=by)
        draft.run_id, draft.sent_at = receipt.run_id, now or clock()
        draft.save(update_fields=["run_id", "sent_at"])
    return draft


def note_told(
    run_id: UUID, said: Mapping[str, Any], *, organizer_id: UUID, by: Actor, now: datetime | None = None
) -> WrittenEvent:
    """Keep what a team told by the API, in the words of the form, so that it is finished as what was written. Twice it is kept once.

    Raises RightMissing.
    """
    _require_team(organizer_id, by=by)
    moment = now or clock()
    return WrittenEvent.objects.get_or_create(
        run_id=run_id,
        defaults={
            "organizer_id": organizer_id,
            "author": person_of(by),
            "said": dict(said),
            "sent_at": moment,
            "created_at": moment,
            "updated_at": moment,
        },
    )[0]


def delete_draft(draft_id: UUID, *, by: Actor) -> None:
    """Delete a draft that was not sent. Raises RightMissing, TeamRefused, WrittenEvent.DoesNotExist."""
    with transaction.atomic():
        _locked(draft_id, by=by).delete()


def finish_sent(*, now: datetime) -> int:
    """Lock the fields of events that came of what teams sent, and open their registration. Returns how many were finished.

    It may run twice. What has become no event within three days is given up.
    """
    waiting = WrittenEvent.objects.filter(
        sent_at__gt=now - _PATIENCE, finished_at=None, author__isnull=False
    ).order_by("sent_at")
    return sum(_finish(draft, now=now) for draft in waiting.select_related("author")[:200])


def forget_written(*, now: datetime) -> int:
    """Delete drafts that nobody changed for long, and what was sent long ago. Returns how many."""
    return WrittenEvent.objects.filter(updated_at__lt=now - KEPT).delete()[0]


def events_of(draft: WrittenEvent) -> list[Event]:
    """The events that came of a sent draft, the first one first."""
    if draft.run_id is None:
        return []
    mine = Listing.objects.filter(origin=submissions_source().pk, external_id=_entry_of(draft)).values(
        "event"
    )
    return list(Event.objects.filter(pk__in=mine).select_related("city").order_by("start_at"))


def _entry_of(draft: WrittenEvent) -> str:
    """By what listings of a sent draft are known at the source of submissions."""
    return f"submission:{draft.run_id}"


def _finish(draft: WrittenEvent, *, now: datetime) -> bool:
    events, author = events_of(draft), draft.author
    if not events or author is None:
        return False
    note_told_by_team(submissions_source().pk, _entry_of(draft), organizer=draft.organizer_id)
    fields = {column for name, column in _LOCKED.items() if draft.said.get(name)}
    for event in events:
        try:
            lock_own(event.pk, fields, by=author, now=now)
            if draft.said.get("register"):
                terms = _terms(draft.said)
                ends = terms.closes_at and closes_for(terms.closes_at, events[0].start_at, event.start_at)
                set_terms(event.pk, replace(terms, closes_at=ends), by=author, now=now)
        except (EventError, RegistrationError, RightMissing, InputRefused) as refused:
            # it was joined to an event that is not theirs to change: a claim, or a moderator, decides there
            log.info("written_event_not_theirs", event_id=str(event.pk), reason=type(refused).__name__)
    give_picture(draft, events, by=author, now=now)
    return bool(WrittenEvent.objects.filter(pk=draft.pk, finished_at=None).update(finished_at=now))


def _terms(said: Mapping[str, Any]) -> Terms:
    return Terms(
        capacity=said.get("capacity"),
        most_guests=said.get("most_guests") or 0,
        has_waitlist=bool(said.get("has_waitlist")),
        closes_at=datetime.fromisoformat(said["closes_at"]) if said.get("closes_at") else None,
        questions=questions_of(said.get("questions", "")),
    )


def _locked(draft_id: UUID, *, by: Actor) -> WrittenEvent:
    draft = WrittenEvent.objects.select_for_update(of=("self",)).select_related("organizer").get(pk=draft_id)
    _require_team(draft.organizer_id, by=by)
    if draft.sent_at is not None:
        raise TeamRefused(gettext("This was sent already. Change the event instead."))
    return draft


def _require_team(organizer_id: UUID, *, by: Actor) -> None:
    if role_of(by, organizer_id) not in SPEAKING:
        raise RightMissing(gettext("Only owners and editors of its organizer write events."))


def city_of(said: Mapping[str, Any]) -> Any:
    """The city that the form names, None where it is gone."""
    return find_city(str(said.get("city", "")))
