"""Calendars that an organizer keeps elsewhere: looked at by the source lab, then read as a source of theirs.

The lab and its HTTP client do the asking, so that an organizer reaches no address that the lab would not, and robots.txt is obeyed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext

from accounts.actions import Action, record_action, target_of
from accounts.rights import PIPELINE, Actor, RightMissing, person_of
from events.enums import Verification
from events.exceptions import BadValue, TeamRefused
from events.models import Organizer
from events.queries.teams import role_of
from pipeline.text.decoding import http_url
from pipeline.text.sanitize import public_url
from places.models import SPEAKING
from places.queries import find_city
from sources.enums import Trust
from sources.lab import examine
from sources.models import Source
from sources.setup import switch

#: Calendars of one organizer, stopped ones included.
MOST_CALENDARS: Final = 3
#: Minutes between two readings, at least.
POLITE: Final = 360
#: What is read for an organizer: what needs a key of the site's operator, or is pushed, is not.
_KINDS: Final = frozenset({"ical", "rss", "page", "json_feed", "public_page"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """A look at an address: `state` is waiting, working, done or failed; `problem` why it cannot be read from now on."""

    url: str
    state: str
    verdict: str = ""
    events: tuple[dict[str, Any], ...] = ()
    problem: str = ""


def calendars_of(organizer_id: UUID) -> list[Source]:
    """The calendars of an organizer, the oldest first. One query."""
    return list(Source.objects.filter(organizer=organizer_id).select_related("city").order_by("created_at"))


def begin_look(organizer_id: UUID, url: str, city: str, *, by: Actor) -> str:
    """Ask for a look at an address, whose events are in the city of that slug. Returns its token; a worker carries it out.

    Raises RightMissing, BadValue, TeamRefused.
    """
    _require_team(organizer_id, by=by)
    _refuse_more(organizer_id)
    address = http_url(url.strip()[:2000])
    if not address:
        raise BadValue(
            gettext("Give a web address that begins with https://, http:// or webcal://."), field="url"
        )
    if find_city(city) is None:
        raise BadValue(gettext("Choose the city of its events."), field="city")
    token = examine.begin(examine.LabWish(url=address, city=city), by=PIPELINE)
    cache.set(_key(token), str(organizer_id), examine.KEPT)
    return token


def look_at(organizer_id: UUID, token: str, *, by: Actor) -> Look | None:
    """How the look of that token stands; None once it expired, or if it is another organizer's. Raises RightMissing."""
    _require_team(organizer_id, by=by)
    found = examine.look_of(token) if cache.get(_key(token)) == str(organizer_id) else None
    if found is None:
        return None
    url, state, result = found["wish"]["url"], found["state"], found.get("result")
    if state == "failed":
        return Look(url=url, state=state, problem=str(found["error"]["detail"]))
    if result is None:
        return Look(url=url, state=state)
    return Look(
        url=url,
        state=state,
        verdict=result["verdict"]["sentence"],
        events=tuple(result["events"]),
        problem=_why_not(result),
    )


def add_calendar(organizer_id: UUID, token: str, *, by: Actor, now: datetime) -> Source:
    """Read the address of a look from now on, as a source of the organizer. Once for a look.

    Its events wait for a moderator; those of an organizer who has not proved who they are count as doubtful. Raises RightMissing,
    TeamRefused.
    """
    look = look_at(organizer_id, token, by=by)
    if look is None or look.state != "done":
        raise TeamRefused(gettext("This look has expired. Look again."))
    if look.problem:
        raise TeamRefused(look.problem)
    found = examine.look_of(token)
    if found is None or not examine.claim_source(token):
        raise TeamRefused(gettext("This was added already."))
    try:
        with transaction.atomic():
            organizer = Organizer.objects.select_for_update().get(pk=organizer_id)
            _refuse_more(organizer_id)
            _refuse_known(look.url)
            source = _made(organizer, found, by=by)
    except TeamRefused:
        examine.release_source(token)
        raise
    _switch_on(source, now=now)
    return source


def stop_calendar(organizer_id: UUID, source_id: UUID, *, by: Actor, now: datetime) -> None:
    """Read a calendar no more. What it listed stays until it is over. Raises RightMissing, Source.DoesNotExist."""
    _require_team(organizer_id, by=by)
    source = Source.objects.get(pk=source_id, organizer=organizer_id)
    switch.disable(source, by=PIPELINE, now=now)
    _log(source, by=by, is_active=False)


def resume_calendar(organizer_id: UUID, source_id: UUID, *, by: Actor, now: datetime) -> None:
    """Read a stopped calendar again; not one that an operator blocked. Raises RightMissing, TeamRefused, Source.DoesNotExist."""
    _require_team(organizer_id, by=by)
    source = Source.objects.get(pk=source_id, organizer=organizer_id)
    if source.trust == Trust.BLOCKED:
        raise TeamRefused(gettext("A moderator stopped this calendar. Write to us."))
    _switch_on(source, now=now)
    _log(source, by=by, is_active=True)


def _made(organizer: Organizer, found: dict[str, Any], *, by: Actor) -> Source:
    result = found["result"]
    is_proven = organizer.verification != Verification.UNVERIFIED
    source = examine.make_source(
        examine.LabWish(**found["wish"]),
        name=f"{organizer.name}: {result['name']}",
        connector=result["connector"],
        config=result["config"],
        trust=(Trust.NORMAL if is_proven else Trust.DOUBTFUL).value,
        by=PIPELINE,
    )
    source.organizer, source.owner = organizer, person_of(by)
    source.schedule_minutes = max(source.schedule_minutes, POLITE)
    source.quicken = False
    source.save(update_fields=["organizer", "owner", "schedule_minutes", "quicken"])
    _log(source, by=by, is_active=True)
    return source


def _switch_on(source: Source, *, now: datetime) -> None:
    switched = switch.enable(source, by=PIPELINE, now=now)
    if not switched.ok:
        raise TeamRefused(switched.error)


def _why_not(result: dict[str, Any]) -> str:
    if not result["robots"]["allowed"]:
        return gettext("Its robots.txt does not let us read it. Allow it there, or give another address.")
    if result["connector"] not in _KINDS or result["missing_keys"]:
        return gettext(
            "This kind of address is not read for organizers. Give the address of a calendar, a feed or a page."
        )
    if not result["summary"]["kept"]:
        return gettext(
            "No coming event was found there. Give the address of a calendar, a feed or a page with dates."
        )
    return ""


def _refuse_more(organizer_id: UUID) -> None:
    if Source.objects.filter(organizer=organizer_id).count() >= MOST_CALENDARS:
        raise TeamRefused(
            gettext("An organizer has at most %(number)s calendars. Write to us for more.")
            % {"number": MOST_CALENDARS}
        )


def _refuse_known(url: str) -> None:
    if Source.objects.filter(url=public_url(url), is_active=True).exclude(url="").exists():
        raise TeamRefused(gettext("This address is read already. Its events can be claimed."))


def _log(source: Source, *, by: Actor, is_active: bool) -> None:
    record_action(by, Action.SOURCE_CHANGED, target=target_of(source), after={"is_active": is_active})


def _require_team(organizer_id: UUID, *, by: Actor) -> None:
    if role_of(by, organizer_id) not in SPEAKING:
        raise RightMissing(gettext("Only owners and editors of an organizer give its calendars."))


def _key(token: str) -> str:
    return f"own-look:{token}"
