"""The page behind the signed link of a submission: what was understood, what became of it, and a thread."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.crypto import keyed_hash
from accounts.exceptions import InputRefused
from accounts.limits import SUBMITTER_MESSAGES, take_for
from accounts.same_origin import same_origin_required
from accounts.user_input import LONGEST_TEXT
from accounts.waiting import wait_words
from events.enums import ImageState, Publication
from events.models import Category, Event, EventImage, Listing
from events.seo import Meta
from events.views.shared import absolute
from events.words import price_words
from flags.models import Flag
from flags.services import flag_required
from moderation.desk.words import moment_words
from moderation.enums import RejectReason
from moderation.exceptions import ModerationError
from moderation.models import Conversation
from moderation.phrases import REASONS
from moderation.services import conversations
from pipeline.text.sanitize import rich
from sources.models import StagedEvent

_STATES: Final = {
    Publication.PENDING: (
        gettext_noop("It waits for a moderator"),
        gettext_noop("Most events are looked at the same day."),
    ),
    Publication.DRAFT: (
        gettext_noop("It waits for a moderator"),
        gettext_noop("Most events are looked at the same day."),
    ),
    Publication.FLAGGED: (
        gettext_noop("A moderator looks at it again"),
        gettext_noop("Until then it is not listed."),
    ),
    Publication.APPROVED: (gettext_noop("It is listed"), gettext_noop("Everybody can see it.")),
    Publication.ARCHIVED: (gettext_noop("It is over"), gettext_noop("Its page stays.")),
    Publication.REJECTED: (gettext_noop("It was not accepted"), ""),
    Publication.REMOVED: (gettext_noop("It was taken down"), ""),
    Publication.MERGED: (gettext_noop("It is listed together with the same event of another source"), ""),
}
_WITH_PAGE: Final = (Publication.APPROVED, Publication.ARCHIVED, Publication.MERGED)


@never_cache
@same_origin_required
@require_http_methods(["GET", "HEAD", "POST"])
@flag_required(Flag.SUBMISSIONS)
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """`/submit/{token}/`. It shows only what this submitter sent, what became of it, and this thread."""
    run_id = conversations.run_of(token)
    held = Conversation.objects.filter(pk=run_id).first() if run_id else None
    listing = conversations.listing_of(held.pk) if held else None
    event = listing.event if listing else None
    if held is None or conversations.has_expired(held, event, now=timezone.now()):
        raise Http404("no such submission, or its link is over")
    problem, status = "", 200
    if request.method == "POST":
        problem, status = _written(request, held)
        if not problem:
            done = "confirmed" if request.POST.get("act") == "address" else "sent"
            return HttpResponseRedirect(f"{request.path}?{done}=1", status=303)
    context = {
        **_state(held.pk, listing),
        "rows": list(_understood(listing)) if listing else [],
        "description": _description(listing),
        "picture": _picture(listing),
        "messages_here": _thread(held, event),
        "held": held,
        "may_appeal": conversations.may_appeal(held, event),
        "problem": problem,
        "sent": request.GET.get("sent") == "1",
        "confirmed": request.GET.get("confirmed") == "1" and conversations.is_confirmed(held),
        "proof": _proof(request, held),
        "meta": Meta(title=gettext("Your event"), description=gettext("What became of it."), canonical=absolute("/submit/"), noindex=True),
    }  # fmt: skip
    response = render(request, "sources/follow.html", context, status=status)
    response["Referrer-Policy"] = "same-origin"  # other sites get nothing; our own form names its origin
    if status == 429:
        response["Retry-After"] = "3600"
    return response


def _proof(request: HttpRequest, held: Conversation) -> str:
    """What the mailed link says, '' where it says nothing or is used already. A GET confirms nothing."""
    proof = request.GET.get("address", "")
    return proof if conversations.proves(held, proof) and not conversations.is_confirmed(held) else ""


def _thread(held: Conversation, event: Event | None) -> list[dict[str, Any]]:
    """The messages, with their times in the event's zone."""
    zone = event.timezone if event else "UTC"
    return [
        {"is_ours": each.is_ours, "text": each.text, "when": moment_words(each.at, zone)}
        for each in held.messages.all()
    ]


def _written(request: HttpRequest, held: Conversation) -> tuple[str, int]:
    """Keep what was written. Returns what is wrong with it ('' for nothing) and the status."""
    taken = take_for(SUBMITTER_MESSAGES, keyed_hash(f"messages of {held.pk}"))
    if not taken.allowed:
        return gettext("That is a lot of messages. Try again in %(time)s.") % {
            "time": wait_words(taken.reset)
        }, 429
    text = request.POST.get("text", "")
    act = request.POST.get("act")
    try:
        if act == "address":
            conversations.confirm_address(held, request.POST.get("proof", ""))
        else:
            (conversations.appeal if act == "appeal" else conversations.write)(held, text)
    except (InputRefused, ModerationError) as refused:
        return refused.detail, 400
    return "", 200


def _state(run_id: UUID, listing: Listing | None) -> dict[str, Any]:
    """What became of it, in words, with the address of its page where there is one."""
    if listing is None:
        row = StagedEvent.objects.filter(external_id=f"submission:{run_id}").exclude(drop_reason="").first()
        if row is not None:
            return {
                "state": gettext("It could not be read"),
                "about": gettext("The reason: %(reason)s. Send it in again.") % {"reason": row.drop_reason},
            }
        return {"state": gettext("It is being read"), "about": gettext("Come back in a minute.")}
    event = listing.event
    state, words = _STATES[Publication(event.publication)]
    about = gettext(words) if words else ""
    rejection = conversations.rejection_of(event.pk) if event.publication == Publication.REJECTED else None
    if rejection is not None:
        about = gettext("The reason: %(reason)s.") % {
            "reason": gettext(REASONS.get(rejection.reason, REASONS[RejectReason.OTHER])).lower()
        }
    return {"state": gettext(state), "about": about, "page": _page_of(event)}


def _page_of(event: Event) -> str:
    shown = event.merged_into if event.publication == Publication.MERGED else event
    return shown.get_absolute_url() if shown and event.publication in _WITH_PAGE else ""


def _understood(listing: Listing) -> Iterator[tuple[str, str]]:
    """What was read, field by field, from this submission alone."""
    facts = listing.facts
    zone = facts.get("timezone") or "UTC"
    venue, price, organizer = (facts.get(name) or {} for name in ("venue", "price", "organizer"))
    low, high = (
        Decimal(str(price[name])) if price.get(name) is not None else None for name in ("min", "max")
    )
    known = Category.objects.filter(pk=facts.get("category")).first()
    rows = (
        (gettext("Name"), facts.get("title")),
        (gettext("Begins"), _moment(facts.get("start"), zone)),
        (gettext("Ends"), _moment(facts.get("end"), zone)),
        (gettext("Place"), venue.get("name")),
        (gettext("Address"), venue.get("address")),
        (gettext("Kind"), gettext(known.name) if known else ""),
        (gettext("Price"), price_words(price.get("type") or "", low, high, price.get("currency") or "")),
        (gettext("Organizer"), organizer.get("name")),
        (gettext("Page"), facts.get("url")),
        (gettext("Tickets"), facts.get("ticket_url")),
    )
    yield from ((label, str(value)) for label, value in rows if value)


def _moment(text: Any, zone: str) -> str:
    if not text:
        return ""
    if len(str(text)) == 10:
        return gettext("%(day)s, without a time") % {
            "day": date_format(date.fromisoformat(str(text)), "D j M Y")
        }
    return moment_words(datetime.fromisoformat(str(text)), zone)


def _description(listing: Listing | None) -> SafeString | str:
    """The description with its paragraphs, made safe once more."""
    text = str((listing.facts.get("description") if listing else "") or "")
    return mark_safe(rich(text, limit=LONGEST_TEXT)) if text else ""  # noqa: S308 (sanitized)


def _picture(listing: Listing | None) -> EventImage | None:
    """Our own copy of the picture that the submission names."""
    if listing is None:
        return None
    named = [image.get("url") for image in listing.facts.get("images") or []]
    stored = EventImage.objects.filter(event=listing.event_id, source_url__in=named, state=ImageState.STORED)
    return stored.order_by("position").first()
