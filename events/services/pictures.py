"""Our own copies of events' pictures: fetched after recording, verified, rendered, stored and announced.

So no batch and no page waits for them.
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now as clock

from egress.factory import open_client
from egress.records import RequestPolicy
from events.enums import ImageState, Publication
from events.folders import folders_of
from events.models import NO_COPY, OPTED_OUT, Event, EventImage, Listing, RefusedPicture
from events.services import announcing
from events.services.primary_picture import choose_primary
from events.services.publication import lock
from outbox import services as outbox
from pipeline import patterns
from pipeline.contract.http import HttpClient
from pipeline.contract.http_errors import EgressError

if TYPE_CHECKING:
    from events.pictures import Picture

log = structlog.get_logger(__name__)

#: The most bytes of a picture; posters are below 2 MB.
MAX_BYTES: Final = 12 * 1024 * 1024
#: Pictures claimed at a time, and the seconds after which a call claims no more.
CHUNK: Final = 40
SECONDS: Final = 45.0
#: After this time another worker may take a claimed picture.
LEASE: Final = timedelta(minutes=10)
#: How often a picture is tried, each time after twice the pause.
ATTEMPTS: Final = 5
FIRST_WAIT: Final = timedelta(minutes=15)
#: The path of a file: the first letters are the folder, the hash names the picture, the width the rendition.
FOLDER: Final = "pictures"
_NAME: Final = patterns.compile(r"^([0-9a-f]{32})-\d{1,4}\.(?:avif|webp)$")
#: A younger file may belong to a row that is still being written.
YOUNG: Final = timedelta(days=1)

_WAITING_EVENTS: Final = (Publication.APPROVED, Publication.PENDING, Publication.FLAGGED)


@dataclass(slots=True)
class Fetched:
    """The result of a call: pictures stored, refused for good, and to be retried."""

    stored: int = 0
    refused: int = 0
    again: int = 0


def fetch_pictures(
    *,
    now: datetime | None = None,
    http: HttpClient | None = None,
    seconds: float = SECONDS,
    of_samples: bool = False,
) -> Fetched:
    """Fetch and store waiting pictures, until none waits or `seconds` are over.

    Pictures of samples are nowhere to be fetched: only who brings a client that draws them asks for them (`of_samples`).

    Concurrent calls are safe: each row is claimed first. A picture whose event is over or was rejected, or
    whose source's terms forbid copies, is refused without a request. A failed one is retried four times,
    first after a quarter of an hour and then after twice the pause; `EventImage.reason` has the reason.
    """
    moment = now or clock()
    ends = time.monotonic() + seconds
    done = Fetched()
    if http is not None:
        _fetch_all(http, moment, ends, done, of_samples=of_samples)
        return done
    with open_client(
        RequestPolicy(max_received=MAX_BYTES, max_decoded=MAX_BYTES, read_timeout=10.0, total_timeout=20.0),
        name="pictures",
    ) as opened:
        _fetch_all(opened, moment, ends, done, of_samples=of_samples)
    return done


def forget_pictures(*, now: datetime, dry: bool = False) -> int:
    """Delete stored files that no picture refers to. Returns how many; with `dry` it only counts."""
    count = 0
    for prefix in folders_of(default_storage, FOLDER):
        names = default_storage.listdir(f"{FOLDER}/{prefix}")[1]
        hashes = {found[1] for name in names if (found := _NAME.match(name))}
        wanted = Q()
        for key in hashes:
            wanted |= Q(content_hash__startswith=key)
        kept = (
            {row[:32] for row in EventImage.objects.filter(wanted).values_list("content_hash", flat=True)}
            if hashes
            else set()
        )
        for name in names:
            path, found = f"{FOLDER}/{prefix}/{name}", _NAME.match(name)
            if found and found[1] not in kept and default_storage.get_modified_time(path) < now - YOUNG:
                count += 1
                if not dry:
                    default_storage.delete(path)
    return count


# --- one call ---


def _fetch_all(http: HttpClient, moment: datetime, ends: float, done: Fetched, *, of_samples: bool) -> None:
    while time.monotonic() < ends:
        rows = _claim(moment, of_samples=of_samples)
        if not rows:
            return
        senseless = _senseless(rows, moment)
        for row in rows:
            if row.pk in senseless:
                _refuse(row, senseless[row.pk])
                done.refused += 1
            elif time.monotonic() < ends:
                _fetch_one(http, row, moment, done)
            else:
                EventImage.objects.filter(pk=row.pk).update(
                    next_attempt_at=moment, attempts=row.attempts - 1
                )  # left for the next call


def _claim(moment: datetime, *, of_samples: bool) -> list[EventImage]:
    """The next waiting pictures, each marked as tried, so that no other worker takes it within the lease."""
    with transaction.atomic():
        waiting = EventImage.objects.filter(
            state=ImageState.WAITING, next_attempt_at__lte=moment, event__is_sample=of_samples
        ).order_by("next_attempt_at")
        rows = list(waiting.select_for_update(skip_locked=True, of=("self",)).select_related("event")[:CHUNK])
        for row in rows:
            row.attempts += 1
            row.next_attempt_at = moment + LEASE
        EventImage.objects.bulk_update(rows, ["attempts", "next_attempt_at"])
    return rows


def _senseless(rows: Sequence[EventImage], moment: datetime) -> dict[UUID, str]:
    """Why a picture need not be fetched, by its id."""
    reasons: dict[UUID, str] = {}
    bounded: dict[UUID, set[str]] = defaultdict(set)
    events = {row.event_id for row in rows}
    for event_id, facts in Listing.objects.filter(event__in=events, origin__keeps_pictures=False).values_list(
        "event_id", "facts"
    ):
        bounded[event_id].update(image.get("url") for image in facts.get("images") or [])
    for row in rows:
        if row.source_url in bounded[row.event_id]:
            reasons[row.pk] = NO_COPY
        elif row.event.publication not in _WAITING_EVENTS:
            reasons[row.pk] = "its event is not shown"
        elif row.event.end_date < moment.date() - timedelta(days=1):
            reasons[row.pk] = "its event is over"
    return reasons


def _fetch_one(http: HttpClient, row: EventImage, moment: datetime, done: Fetched) -> None:
    from events.pictures import read_picture
    from pipeline.pictures import PictureRefused

    known = (
        EventImage.objects.filter(source_url=row.source_url, state=ImageState.STORED)
        .exclude(pk=row.pk)
        .first()
    )
    if known is not None and not is_refused(known.content_hash, known.perceptual_hash):
        _adopt(row, known)
        done.stored += 1
        return
    try:
        response = http.get(row.source_url, headers={"accept": "image/avif,image/webp,image/*;q=0.8"})
        picture = read_picture(response.content)
    except EgressError as error:
        if error.permanent or error.status in (404, 410) or row.attempts >= ATTEMPTS:
            _refuse(row, f"{error.code}: {error.detail}" if error.detail else error.code)
            done.refused += 1
        else:
            wait = max(
                FIRST_WAIT * 2 ** (row.attempts - 1), timedelta(seconds=min(error.retry_after or 0, 86_400))
            )
            EventImage.objects.filter(pk=row.pk).update(
                next_attempt_at=moment + wait, reason=error.code[:200]
            )
            done.again += 1
    except PictureRefused as refusal:
        _refuse(row, str(refusal))
        done.refused += 1
    else:
        if is_refused(picture.content_hash, picture.perceptual_hash):
            _refuse(row, OPTED_OUT)
            done.refused += 1
        else:
            _keep(row, picture)
            done.stored += 1


def _refuse(row: EventImage, reason: str) -> None:
    log.info("picture_refused", url=row.source_url[:200], reason=reason[:200])
    EventImage.objects.filter(pk=row.pk).update(state=ImageState.REFUSED, reason=reason[:200])


def is_refused(content_hash: str, perceptual_hash: str) -> bool:
    """Whether the owner of the picture, or of one that looks the same, asked us not to show it."""
    same = Q(content_hash=content_hash)
    if perceptual_hash:
        same |= Q(perceptual_hash=perceptual_hash)
    return RefusedPicture.objects.filter(same).exists()


def hide_pictures(content_hash: str, perceptual_hash: str, *, now: datetime) -> list[UUID]:
    """Stop showing a picture everywhere, now and when it comes again. Returns the ids of the rows.

    Its files are deleted by `forget_pictures`.
    """
    RefusedPicture.objects.get_or_create(
        content_hash=content_hash, defaults={"perceptual_hash": perceptual_hash, "since": now}
    )
    same = Q(content_hash=content_hash) | (Q(perceptual_hash=perceptual_hash) if perceptual_hash else Q())
    rows = list(EventImage.objects.filter(same).values_list("pk", "event_id"))
    for pk, event_id in rows:
        hidden = {
            "state": ImageState.REFUSED.value,
            "reason": OPTED_OUT,
            "url": "",
            "thumbnail": "",
            "files": [],
        }
        with transaction.atomic():
            events = lock([event_id])
            EventImage.objects.filter(pk=pk).update(
                **hidden, is_primary=False, content_hash="", perceptual_hash=""
            )
            for event in events:
                announce_pictures(event)
    return [pk for pk, _ in rows]


def show_pictures_again(content_hash: str, image_ids: Sequence[UUID], *, now: datetime) -> None:
    """Take back `hide_pictures`: the pictures are fetched again."""
    RefusedPicture.objects.filter(content_hash=content_hash).delete()
    EventImage.objects.filter(pk__in=list(image_ids), reason=OPTED_OUT).update(
        state=ImageState.WAITING.value, reason="", attempts=0, next_attempt_at=now
    )


def _keep(row: EventImage, picture: "Picture") -> None:
    """Store the renditions and show them."""
    for name, value in columns_of(picture).items():
        setattr(row, name, value)
    _show(row)


def columns_of(picture: "Picture") -> dict[str, Any]:
    """Store the renditions under the picture's hash (the same bytes are stored once). Returns the columns of a row that shows them."""
    files = []
    for one in picture.renditions:
        name = f"{FOLDER}/{picture.content_hash[:2]}/{picture.content_hash[:32]}-{one.width}.{one.format}"
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(one.content))
        files.append(
            {"format": one.format, "width": one.width, "height": one.height, "url": default_storage.url(name)}
        )
    return {
        "files": files,
        "width": picture.width,
        "height": picture.height,
        "content_hash": picture.content_hash,
        "perceptual_hash": picture.perceptual_hash,
        **_addresses(files),
    }


def _addresses(files: Sequence[dict[str, Any]]) -> dict[str, str]:
    """The columns of the widest and the narrowest copy that every browser shows."""
    widest = [file for file in files if file["format"] == "webp"]
    return {"url": widest[-1]["url"], "thumbnail": widest[0]["url"]}


def _adopt(row: EventImage, known: EventImage) -> None:
    """Use the files of the same address that were fetched for another event."""
    row.files, row.width, row.height = known.files, known.width, known.height
    row.content_hash, row.perceptual_hash = known.content_hash, known.perceptual_hash
    _show(row)


def _show(row: EventImage) -> None:
    """Save the picture, choose the event's primary one and announce it, in one transaction.

    A row that was deleted meanwhile is not restored.
    """
    row.state, row.reason = ImageState.STORED.value, ""
    for name, value in _addresses(row.files).items():
        setattr(row, name, value)
    with transaction.atomic():
        found = lock([row.event_id])
        if not found:
            return
        event = found[0]
        row.alt = row.alt or f"Picture for {event.title}"[:300]
        row.credit = row.credit or _credit(event)
        fields = (
            "state",
            "reason",
            "files",
            "width",
            "height",
            "url",
            "thumbnail",
            "alt",
            "credit",
            "content_hash",
            "perceptual_hash",
        )
        if not EventImage.objects.filter(pk=row.pk).update(**{name: getattr(row, name) for name in fields}):
            return
        announce_pictures(event)


def announce_pictures(event: Event) -> None:
    """Choose the primary picture of a locked event anew, and tell readers that its pictures changed."""
    choose_primary(event)
    event.version += 1
    event.updated_at = clock()
    Event.objects.filter(pk=event.pk).update(version=event.version, updated_at=event.updated_at)
    if event.publication == Publication.APPROVED:
        slugs = announcing.slugs_for([event])
        outbox.record([announcing.change(event, slugs, type=announcing.CHANGED, changed=["images"])])


def _credit(event: Event) -> str:
    """The attribution of a picture without its own: the sources that list the event."""
    names = (
        Listing.objects.filter(event=event, missing_since__isnull=True)
        .order_by("origin__name")
        .values_list("origin__name", flat=True)
    )
    return ", ".join(dict.fromkeys(names))[:200]
