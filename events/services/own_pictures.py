"""Pictures that a team uploads for its event: decoded, cut to 16:9, stored as all are, and locked as theirs."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts import user_input
from accounts.actions import Action, record_action, target_of
from accounts.exceptions import InputRefused
from accounts.rights import Actor
from events.enums import ImageState
from events.exceptions import BadValue, TeamRefused
from events.models import Event, EventImage
from events.services import locks
from events.services.own_events import locked_own, refuse_moderated, require_team
from events.services.pictures import MAX_BYTES, announce_pictures, columns_of, is_refused
from events.services.primary_picture import LOCK, PICTURE, shown_picture

if TYPE_CHECKING:
    from events.pictures import Picture

#: Pictures of its own that an event may have.
MOST_PICTURES: Final = 6
#: How the formats begin that people may upload: JPEG, PNG, WebP.
_BEGINNINGS: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_SHORTEST_ALT: Final = 3


def add_picture(
    event_id: UUID,
    content: bytes,
    *,
    alt: str,
    focus: int = 50,
    made: "Picture | None" = None,
    by: Actor,
    now: datetime | None = None,
) -> EventImage:
    """Add a picture to an event of one's team, and show it first.

    `alt` says what it shows, for those who do not see it. `focus` (0 to 100) is the part that is kept of what is not 16:9. `made` is what
    `read_own` made of the content, where it goes to several events. Raises RightMissing, BadValue, TeamRefused.
    """
    # before anything is decoded; `locked_own` asks again under the lock
    require_team(Event.objects.filter(pk=event_id).first(), by=by)
    alt = checked_alt(alt)
    made = made or read_own(content, focus=focus)
    columns = columns_of(made)
    address = columns["url"] if "://" in columns["url"] else settings.SITE_URL + columns["url"]
    with transaction.atomic():
        event = locked_own(event_id, by=by)
        refuse_moderated(event, [LOCK])
        own = EventImage.objects.filter(event=event, is_own=True).exclude(source_url=address)
        if own.count() >= MOST_PICTURES:
            raise TeamRefused(
                gettext("An event has at most %(number)s pictures of your own. Remove one first.")
                % {"number": MOST_PICTURES}
            )
        row, _ = EventImage.objects.update_or_create(
            event=event,
            source_url=address,
            defaults={
                **columns,
                "alt": alt,
                "credit": _credit(event),
                "is_own": True,
                "state": ImageState.STORED,
            },
        )
        _choose(event, address, by=by, now=now or clock())
    return row


def show_picture_first(
    event_id: UUID, image_id: UUID, *, alt: str | None = None, by: Actor, now: datetime | None = None
) -> None:
    """Show a stored picture of an event of one's team first, with other words where `alt` has some.

    Raises RightMissing, BadValue, TeamRefused, EventImage.DoesNotExist.
    """
    with transaction.atomic():
        event = locked_own(event_id, by=by)
        refuse_moderated(event, [LOCK])
        image = EventImage.objects.exclude(url="").get(pk=image_id, event=event, state=ImageState.STORED)
        if alt is not None:
            image.alt = checked_alt(alt)
            image.save(update_fields=["alt"])
        _choose(event, image.source_url, by=by, now=now or clock())


def remove_picture(event_id: UUID, image_id: UUID, *, by: Actor, now: datetime | None = None) -> None:
    """Take away a picture that the team uploaded; another one of theirs is shown first, else those of its sources.

    Raises RightMissing, TeamRefused, EventImage.DoesNotExist.
    """
    with transaction.atomic():
        event = locked_own(event_id, by=by)
        refuse_moderated(event, [LOCK])
        image = EventImage.objects.get(pk=image_id, event=event, is_own=True)
        image.delete()
        left = EventImage.objects.filter(event=event, is_own=True).order_by("-id").first()
        _choose(event, left.source_url if left else "", by=by, now=now or clock())


def _choose(event: Event, address: str, *, by: Actor, now: datetime) -> None:
    """Lock the pictures as the team's, with the one that is shown first; without one they are open to sources again."""
    before = shown_picture(event)
    if address:
        locks.lock_fields(event, [LOCK], by=by, now=now, for_team=True)
        event.provenance = {**event.provenance, LOCK: {**event.provenance[LOCK], PICTURE: address}}
    else:
        locks.unlock_fields(event, [LOCK])
    Event.objects.filter(pk=event.pk).update(locked_fields=event.locked_fields, provenance=event.provenance)
    announce_pictures(event)
    after = shown_picture(event)
    record_action(
        by, Action.EVENT_CHANGED, target=target_of(event), before={PICTURE: before}, after={PICTURE: after}
    )


def read_own(content: bytes, *, focus: int = 50) -> "Picture":
    """What somebody uploaded as a picture, cut to 16:9. Raises BadValue."""
    from events.pictures import read_picture
    from pipeline.pictures import PictureRefused

    if len(content) > MAX_BYTES:
        raise BadValue(
            gettext("Picture has more than %(number)d MB. Send a smaller one.")
            % {"number": MAX_BYTES // 1024**2}
        )
    if not content.startswith(_BEGINNINGS):
        raise BadValue(gettext("Picture is no JPEG, PNG or WebP. Save it as one of these."))
    try:
        made = read_picture(content, focus=min(100, max(0, focus)))
    except PictureRefused as refused:
        raise BadValue(
            gettext("Picture cannot be used: %(reason)s. Send another JPEG, PNG or WebP.")
            % {"reason": refused}
        ) from refused
    if is_refused(made.content_hash, made.perceptual_hash):
        raise BadValue(gettext("Picture is not shown here: its owner asked for it. Choose another one."))
    return made


def checked_alt(text: str) -> str:
    """What a picture shows, in a sentence. Raises BadValue."""
    try:
        alt = user_input.line("alt", text, most=300)
    except InputRefused as refused:
        raise BadValue(refused.detail, field="alt") from refused
    if len(alt) < _SHORTEST_ALT:
        raise BadValue(
            gettext("What it shows is not said. Write a sentence, for people who do not see it."), field="alt"
        )
    return alt


def _credit(event: Event) -> str:
    speaks: Any = event.organizer or event.place
    return str(speaks.name)[:200] if speaks else ""
