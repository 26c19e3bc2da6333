"""Wishes of owners: asked, proven by an address at the domain or decided by a moderator, carried out, and undone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import constant_time_compare
from django.utils.timezone import now as clock
from django.utils.translation import gettext, gettext_noop

from accounts.actions import Action, record_action, target_of
from accounts.crypto import address_hash, keyed_hash
from accounts.rights import PIPELINE, Actor, person_of, require
from accounts.user_input import line
from egress.factory import refused_hosts
from egress.models import RefusedHost
from events import services as events
from events.enums import ImageState, Publication
from events.models import Event, EventImage, Listing, Organizer, Origin
from events.queries.collection import by_performer, spelling
from events.states import PUBLICATION_MOVES
from languages.addresses import in_language
from languages.reading import current_code
from mail import outgoing
from mail.enums import Stream
from moderation.enums import OptOutKind, OptOutState
from moderation.exceptions import Conflict, ModerationError
from moderation.models import OptOut
from moderation.signals import opted_out
from pipeline.text.folding import address_part, fold
from places.queries.reach import OVERSEE

#: The right to decide on them; a domain or an organizer belongs to no city.
NEEDED: Final = ("moderation.change_review", OVERSEE)
#: What readers of a removed event's address are told.
REASON: Final = "its owner asked us not to list it"
_BATCH: Final = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What is asked: `value` as `OptOut` has it, and the host whose owner could prove it, '' for none."""

    kind: OptOutKind
    value: str
    title: str
    host: str = ""
    looks_like: str = ""


def ask(wish: Wish, *, address: str, note: str = "", now: datetime | None = None) -> OptOut:
    """Keep a wish, and mail a link where the address belongs to the domain that it is about.

    Anybody may ask. Raises InputRefused.
    """
    moment = now or clock()
    row = OptOut(
        kind=wish.kind.value, value=wish.value, title=wish.title[:300], looks_like=wish.looks_like,
        note=line("note", note, most=1000), address=address, address_hash=address_hash(address), asked_at=moment,
        due_at=moment + timedelta(days=settings.OPT_OUT_DAYS), is_mailed=_belongs(address, wish.host),
    )  # fmt: skip
    row.save()
    if row.is_mailed:
        transaction.on_commit(lambda: _mail(row), robust=True)
    return row


def token_of(row: OptOut) -> str:
    """The token of the mailed link: derived, never stored."""
    return keyed_hash(f"opt-out {row.pk} {row.asked_at.isoformat()}")


def find(opt_out_id: UUID, token: str) -> OptOut | None:
    """The wish whose mailed link has this token."""
    row = OptOut.objects.filter(pk=opt_out_id, is_mailed=True).first()
    return row if row is not None and constant_time_compare(token_of(row), token) else None


def prove(row: OptOut, *, now: datetime | None = None) -> None:
    """Obey a wish whose mailed link was followed. Raises Conflict where it is decided already."""
    _decide(row.pk, OptOutState.STANDING, by=PIPELINE, is_proven=True, now=now or clock())


def decide(opt_out_id: UUID, *, accept: bool, by: Actor, now: datetime | None = None) -> None:
    """Obey a wish, or refuse it. Raises RightMissing, Conflict."""
    require(by, *NEEDED)
    state = OptOutState.STANDING if accept else OptOutState.REFUSED
    _decide(opt_out_id, state, by=by, is_proven=False, now=now or clock())


def _decide(opt_out_id: UUID, state: OptOutState, *, by: Actor, is_proven: bool, now: datetime) -> None:
    with transaction.atomic():
        row = OptOut.objects.select_for_update().get(pk=opt_out_id)
        if row.state != OptOutState.ASKED:
            raise Conflict(f"“{row.title}” is {row.state} already.")
        same = OptOut.objects.filter(kind=row.kind, value=row.value, state=OptOutState.STANDING)
        if state is OptOutState.STANDING and same.exists():
            raise Conflict(f"“{row.title}” is obeyed already, by an earlier wish.")
        row.state, row.decided_at, row.decided_by = state.value, now, person_of(by)
        row.is_proven = is_proven
        row.done_at = now if state is OptOutState.REFUSED else None
        row.save()
        _log(row, OptOutState.ASKED, by=by)
        if state is OptOutState.STANDING:
            _stand(row, now=now)


def _stand(row: OptOut, *, now: datetime) -> None:
    """What holds at once, before events that are there are removed: nothing more is fetched."""
    if row.kind == OptOutKind.DOMAIN:
        RefusedHost.objects.get_or_create(host=row.value, defaults={"since": now})
        transaction.on_commit(refused_hosts().forget)
    if row.kind == OptOutKind.PERFORMER:
        events.hide_performer(row.value, now=now)
    transaction.on_commit(lambda: opted_out.send_robust(sender=OptOut, opt_out_id=row.pk, kind=row.kind, value=row.value), robust=True)  # fmt: skip


def carry_out(*, now: datetime | None = None) -> int:
    """Remove what standing wishes concern, in batches. Returns how many were carried out. Safe to run twice."""
    waiting = OptOut.objects.filter(state=OptOutState.STANDING, done_at__isnull=True).order_by("due_at")
    done = 0
    for row in waiting:
        moment = now or clock()
        if row.kind == OptOutKind.PICTURE:
            row.pictures = events.hide_pictures(row.value, row.looks_like, now=moment)
        if row.kind == OptOutKind.PERFORMER:
            events.recount_performer(row.value, now=moment)
        for ids in _batches(list(_concerned(row))):
            _remove(row, ids, now=moment)
        OptOut.objects.filter(pk=row.pk).update(done_at=moment, pictures=row.pictures)
        done += 1
    return done


def _batches(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))


def _remove(row: OptOut, ids: Sequence[UUID], *, now: datetime) -> None:
    """Remove a batch of events through their one door, and note what they were."""
    movable = [state.value for state, to in PUBLICATION_MOVES.items() if Publication.REMOVED in to]
    with transaction.atomic():
        states = dict(
            Event.objects.filter(pk__in=ids, publication__in=movable).values_list("pk", "publication")
        )
        events.change_statuses(
            states, Publication.REMOVED, by=PIPELINE, reason=REASON, now=now, is_decided=True
        )
        row.removed = {**row.removed, **{str(pk): state for pk, state in states.items()}}
        row.save(update_fields=["removed"])


def undo(opt_out_id: UUID, *, by: Actor, now: datetime | None = None) -> None:
    """Obey a wish no longer: what it removed, and nobody has touched since, is as before.

    A source that it switched off stays off. Raises RightMissing, Conflict.
    """
    require(by, *NEEDED)
    moment = now or clock()
    with transaction.atomic():
        row = OptOut.objects.select_for_update().get(pk=opt_out_id)
        if row.state != OptOutState.STANDING:
            raise Conflict(f"“{row.title}” is {row.state}, so there is nothing to undo.")
        row.state, row.undone_at, row.done_at = OptOutState.UNDONE.value, moment, row.done_at or moment
        row.save()
        RefusedHost.objects.filter(host=row.value if row.kind == OptOutKind.DOMAIN else "").delete()
        transaction.on_commit(refused_hosts().forget)
        if row.kind == OptOutKind.PICTURE:
            events.show_pictures_again(row.value, row.pictures, now=moment)
        if row.kind == OptOutKind.PERFORMER:
            events.show_performer_again(row.value)
            events.recount_performer(row.value, now=moment)
        _restore(row, by=by, now=moment)
        _log(row, OptOutState.STANDING, by=by)


def _restore(row: OptOut, *, by: Actor, now: datetime) -> None:
    untouched = Event.objects.filter(
        pk__in=list(row.removed), publication=Publication.REMOVED, publication_reason=REASON
    )
    former = {pk: Publication(row.removed[str(pk)]) for pk in untouched.values_list("pk", flat=True)}
    allowed = PUBLICATION_MOVES[Publication.REMOVED]
    for state in sorted(set(former.values())):
        ids = [pk for pk, before in former.items() if before is state]
        to = state if state in allowed else Publication.PENDING
        events.change_statuses(ids, to, by=by, reason="the wish was taken back", now=now, is_decided=True)


# --- What a wish concerns ---


def wish_for(kind: OptOutKind, given: str) -> Wish:
    """What a person means by an address or a name. Raises ModerationError with the remedy."""
    text = " ".join(given.split())[:2000]
    wish = _READERS[kind](text) if text else None
    if wish is None:
        raise ModerationError(gettext(_REMEDIES[kind]))
    return wish


def _domain(text: str) -> Wish | None:
    host = host_of(text if "//" in text else f"https://{text}").removeprefix("www.")
    fits = "." in host and len(host) <= 253 and not host.replace(".", "").isdigit()
    return Wish(kind=OptOutKind.DOMAIN, value=host, title=host, host=host) if fits else None


def _source(text: str) -> Wish | None:
    row = Origin.objects.filter(Q(slug=text) | Q(name__iexact=text) | Q(url=text)).order_by("slug").first()
    if row is None:
        return None
    return Wish(kind=OptOutKind.SOURCE, value=str(row.key), title=row.name, host=host_of(row.url))


def _organizer(text: str) -> Wish | None:
    row = Organizer.objects.filter(folded_name=fold(text)[:200]).first()
    if row is None:
        return None
    return Wish(kind=OptOutKind.ORGANIZER, value=row.folded_name, title=row.name, host=host_of(row.url))


def _performer(text: str) -> Wish | None:
    """A performer by the name, or by the address of the page here. No address proves who bears a name."""
    path = urlsplit(text).path if "/performers/" in text else ""
    part = address_part(unquote(path).rstrip("/").rpartition("/")[2] or text)
    written = spelling(part, by_performer(part), "performers") if part else ""
    return Wish(kind=OptOutKind.PERFORMER, value=part, title=written) if written else None


def _event(text: str) -> Wish | None:
    row = _event_at(text)
    return (
        Wish(kind=OptOutKind.EVENT, value=str(row.pk), title=row.title, host=host_of(row.url))
        if row
        else None
    )


def _picture(text: str) -> Wish | None:
    """A picture by our own address of it, or by the page of the event that shows it."""
    stored = EventImage.objects.filter(state=ImageState.STORED).exclude(content_hash="")
    event = _event_at(text)
    if event is not None:
        row = stored.filter(event=event).order_by("-is_primary", "position").first()
    else:
        name = urlsplit(text).path.rpartition("/")[2].partition("-")[0]
        row = stored.filter(content_hash__startswith=name).first() if len(name) == 32 else None
    if row is None:
        return None
    title = f"the picture of {row.event.title}"
    return Wish(kind=OptOutKind.PICTURE, value=row.content_hash, title=title, looks_like=row.perceptual_hash)


def _event_at(text: str) -> Event | None:
    """The event whose page has this address, or whose id this is."""
    last = urlsplit(text).path.rstrip("/").rpartition("/")[2].removesuffix(".ics")
    for given in (last, last[-32:]):
        try:
            return Event.objects.filter(pk=UUID(given)).first()
        except ValueError:
            continue
    return None


_READERS: Final = {
    OptOutKind.DOMAIN: _domain,
    OptOutKind.SOURCE: _source,
    OptOutKind.ORGANIZER: _organizer,
    OptOutKind.PERFORMER: _performer,
    OptOutKind.EVENT: _event,
    OptOutKind.PICTURE: _picture,
}
_REMEDIES: Final = {
    OptOutKind.DOMAIN: gettext_noop("Write the name of your site, such as venue.example."),
    OptOutKind.SOURCE: gettext_noop(
        "There is no such source. Write the name as an event page has it, behind “From”."
    ),
    OptOutKind.ORGANIZER: gettext_noop(
        "There is no such organizer. Write the name as an event page has it, behind “By”."
    ),
    OptOutKind.PERFORMER: gettext_noop(
        "There is no such performer. Write the name as an event page has it, behind “With”."
    ),
    OptOutKind.EVENT: gettext_noop("There is no such event. Paste the address of its page here."),
    OptOutKind.PICTURE: gettext_noop(
        "There is no such picture. Paste the address of the event page that shows it."
    ),
}


def host_of(url: str) -> str:
    """The host of a web address in lower case, '' where there is none."""
    try:
        return (urlsplit(url).hostname or "").lower().rstrip(".").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return ""


def is_below(host: str, domain: str) -> bool:
    """Whether `host` is the domain or lies below it."""
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def _concerned(row: OptOut) -> Iterator[UUID]:
    """The events that a wish is about. What others list too stays with what they say."""
    if row.kind == OptOutKind.EVENT:
        yield UUID(row.value)
    elif row.kind == OptOutKind.ORGANIZER:
        rows = Event.objects.filter(organizer__folded_name=row.value)
        yield from list(rows.values_list("pk", flat=True))
    elif row.kind in (OptOutKind.DOMAIN, OptOutKind.SOURCE):
        yield from _listed_only_there(row)


def _listed_only_there(row: OptOut) -> Iterator[UUID]:
    at_domain = Q(url__icontains=row.value) | Q(origin__url__icontains=row.value)
    there = Q(origin=row.value) if row.kind == OptOutKind.SOURCE else at_domain
    ids = list(Listing.objects.filter(there).values_list("event_id", flat=True).distinct())
    for some in _batches(ids):
        by_event: dict[UUID, bool] = {}
        for listing in Listing.objects.filter(event__in=some).select_related("origin").only(
            "event_id", "url", "origin__url", "origin__key"
        ):  # fmt: skip
            by_event[listing.event_id] = by_event.get(listing.event_id, True) and _is_of(row, listing)
        yield from (pk for pk, only in by_event.items() if only)


def _is_of(row: OptOut, listing: Listing) -> bool:
    if row.kind == OptOutKind.SOURCE:
        return str(listing.origin_id) == row.value
    return any(is_below(host_of(url), row.value) for url in (listing.url, listing.origin.url))


# --- Proof and log ---


def _belongs(address: str, host: str) -> bool:
    """Whether a mail address belongs to the domain of the host."""
    domain = address.rpartition("@")[2].lower()
    return bool(host) and "." in domain and is_below(host, domain)


def _mail(row: OptOut) -> None:
    link = in_language(f"{settings.SITE_URL}/opt-out/{row.pk}/{token_of(row)}/", current_code())
    site = {"site_name": settings.SITE_NAME, "title": row.title}
    asked = (
        gettext("Somebody asked %(site_name)s not to fetch, list or show this any more: %(title)s.") % site
    )
    confirm = gettext("If it was you, open this page and confirm it:")
    text = f"{asked}\n\n{confirm}\n{link}\n\n{gettext('Otherwise do nothing.')}\n"
    message = EmailMessage(gettext("Confirm your wish at %(site_name)s") % site, text, to=[row.address])
    outgoing.send(message, stream=Stream.TRANSACTIONAL, kind="opt-out")


def _log(row: OptOut, before: OptOutState, *, by: Actor) -> None:
    record_action(
        by, Action.OPT_OUT_CHANGED, target=target_of(row), before={"state": before}, after={"state": OptOutState(row.state)}
    )  # fmt: skip


def forget_askers(*, now: datetime) -> int:
    """Take address and words from wishes that ended REPORTS_KEPT_DAYS ago. Returns how many."""
    ended = OptOut.objects.filter(state__in=(OptOutState.REFUSED, OptOutState.UNDONE))
    old = ended.filter(asked_at__lt=now - timedelta(days=settings.REPORTS_KEPT_DAYS)).exclude(address_hash="")
    return old.update(address="", address_hash="", note="")
