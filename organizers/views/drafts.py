"""Events that a team writes: the form, the draft with its preview and what may be the same, and hints while writing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.crypto import keyed_hash
from accounts.limits import HINTS, pictures_taken, take_for
from accounts.rights import RightMissing
from accounts.signed_in import person_of
from accounts.waiting import wait_words
from events.cards import when_sentence
from events.exceptions import BadValue, TeamRefused
from events.models import Event, EventImage
from events.queries.suggesting import suggest
from events.queries.teams import manages, role_of
from events.services.own_pictures import checked_alt
from events.services.pictures import MAX_BYTES
from events.views.event import event_preview
from events.views.shared import unlisted_meta
from flags.models import Flag
from flags.services import flag_required
from organizers.change_form import ChangeForm
from organizers.describing import alike, event_of
from organizers.draft_pictures import cut
from organizers.models import WrittenEvent
from organizers.queries import writing_teams
from organizers.views.shared import for_people
from organizers.writing import city_of, delete_draft, events_of, keep_draft, send_draft
from organizers.writing_form import WritingForm, repeat_words
from pipeline.dates.event_times import zone_or_utc
from places.models import SPEAKING
from places.queries import find_city
from sources import tasks
from sources.triggers.inbox import submissions_source

#: Venues that are offered while somebody types.
_MOST_VENUES = 8


@flag_required(Flag.SUBMISSIONS)
@for_people
@require_http_methods(["GET", "HEAD", "POST"])
def new_event(request: HttpRequest) -> HttpResponse:
    """`/organize/events/new/?like=`: the form; `like` is an event of one's teams of which another one is written."""
    teams = writing_teams(person_of(request))
    if not teams:
        return HttpResponseRedirect("/organize/")
    initial = _like(request) or {"organizer": request.GET.get("organizer", "")[:36], "has_waitlist": True}
    form = WritingForm(request.POST or None, request.FILES or None, organizers=teams, initial=initial)
    return _write(request, form, None)


@for_people
@require_http_methods(["GET", "HEAD", "POST"])
def draft_edit(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """`/organize/drafts/{id}/edit/`."""
    draft = _draft(request, draft_id)
    if draft.sent_at is not None:
        return HttpResponseRedirect(f"/organize/drafts/{draft.pk}/")
    form = WritingForm(
        request.POST or None,
        request.FILES or None,
        organizers=writing_teams(person_of(request)),
        initial={**draft.said, "alt": draft.picture_alt},
        has_picture=bool(draft.picture),
    )
    return _write(request, form, draft)


@flag_required(Flag.SUBMISSIONS)
@for_people
@require_http_methods(["GET", "HEAD", "POST"])
def draft_page(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """`/organize/drafts/{id}/`: the page as it would be, what may be the same, and the buttons that send or delete it."""
    draft, person, problem = _draft(request, draft_id), person_of(request), ""
    if request.method == "POST":
        try:
            if request.POST.get("do") == "delete":
                delete_draft(draft.pk, by=person)
                return HttpResponseRedirect("/organize/")
            if request.POST.get("do") == "send":
                send_draft(draft.pk, by=person)
                tasks.send(tasks.process_inbox, str(submissions_source().pk))
                return HttpResponseRedirect(request.path)
            problem = gettext("Choose one of the buttons.")
        except (TeamRefused, RightMissing) as refused:
            problem = str(refused)
    city, events = city_of(draft.said), events_of(draft)
    context = {
        "draft": draft,
        "events": events,
        "repeats": repeat_words(draft.said),
        "alike": _told_alike(draft.said, city) if city and draft.sent_at is None else [],
        "can_show": city is not None,
        "problem": problem,
        "meta": unlisted_meta(request, str(draft)),
    }
    return render(request, "organizers/draft.html", context, status=409 if problem else 200)


@for_people
@require_safe
def draft_preview(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """`/organize/drafts/{id}/preview/`: the event's page of what was written, for the frame of the draft."""
    draft = _draft(request, draft_id)
    city = city_of(draft.said)
    if city is None:
        raise Http404("its city is not listed any more")
    event = event_of(draft.said, city, draft.organizer)
    if draft.picture:
        address = reverse("organizers:draft-picture", args=[draft.pk])
        shown = EventImage(
            event=event,
            url=address,
            thumbnail=address,
            alt=draft.picture_alt,
            is_primary=True,
            width=1280,
            height=720,
        )
        event._prefetched_objects_cache["images"] = [shown]  # type: ignore[attr-defined]
    return event_preview(request, event)


@for_people
@require_safe
def draft_picture(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """`/organize/drafts/{id}/picture/`: the picture of a draft, as it will be shown."""
    draft = _draft(request, draft_id)
    if not draft.picture:
        raise Http404("this draft has no picture")
    return HttpResponse(bytes(draft.picture), content_type="image/webp")


@for_people
@require_safe
def hints(request: HttpRequest) -> JsonResponse:
    """`/organize/hints/?title=&start=&city=&venue=`: `{"alike": [{"title", "when", "url"}], "venues": [name]}`, while somebody writes."""
    said = {name: request.GET.get(name, "")[:200] for name in ("title", "start", "city", "venue")}
    if not take_for(HINTS, keyed_hash(f"hints\0{person_of(request).pk}")).allowed:
        return JsonResponse({"alike": [], "venues": []}, status=429)
    city = find_city(said["city"]) if said["city"] else None
    if city is None:
        return JsonResponse({"alike": [], "venues": []})
    offered = suggest(said["venue"], city=city.slug, limit=40, now=timezone.now()) if said["venue"] else []
    venues = [row["text"] for row in offered if row["type"] == "place"][:_MOST_VENUES]
    return JsonResponse({"alike": _told_alike(said, city), "venues": venues})


def _write(request: HttpRequest, form: WritingForm, draft: WrittenEvent | None) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 400
        picture = _picture(request, form, draft) if form.is_valid() else None
        if form.is_valid():
            try:
                kept = keep_draft(
                    form.said(), draft_id=draft.pk if draft else None, picture=picture, by=person_of(request)
                )
            except (TeamRefused, RightMissing) as refused:
                form.add_error(None, str(refused))
            else:
                return HttpResponseRedirect(f"/organize/drafts/{kept.pk}/")
    title = gettext("Write an event")
    context = {"form": form, "draft": draft, "meta": unlisted_meta(request, title)}
    return render(request, "organizers/write.html", context, status=status)


def _picture(request: HttpRequest, form: WritingForm, draft: WrittenEvent | None) -> tuple[bytes, str] | None:
    """The picture that was sent, cut, and its words; (b"", "") for none any more, None where all stays. What is wrong is said at its field."""
    said = form.cleaned_data
    if said.get("no_picture"):
        return b"", ""
    has_words = draft is not None and bool(draft.picture) and said["alt"] != draft.picture_alt
    if not said["picture"] and not has_words:
        return None
    try:
        if not said["picture"] and draft is not None:
            return bytes(draft.picture or b""), checked_alt(said["alt"])
        taken = pictures_taken(person_of(request))
        if not taken.allowed:
            words = gettext("That is a lot of pictures. Try again in %(time)s.")
            raise BadValue(words % {"time": wait_words(taken.reset)})
        focus = 50 if said["focus"] is None else said["focus"]
        return cut(said["picture"].read(MAX_BYTES + 1), alt=said["alt"], focus=focus)
    except BadValue as bad:
        form.add_error("alt" if bad.field == "alt" else "picture", bad.detail)
    return None


def _draft(request: HttpRequest, draft_id: UUID) -> WrittenEvent:
    """A draft of a team that the person writes for. Raises Http404."""
    found = WrittenEvent.objects.select_related("organizer").filter(pk=draft_id).first()
    if found is None or role_of(person_of(request), found.organizer_id) not in SPEAKING:
        raise Http404("no draft of a team of yours")
    return found


def _told_alike(said: Any, city: Any) -> list[dict[str, str]]:
    """Possible duplicates in words; none while title or start are not written."""
    try:
        datetime.fromisoformat(said.get("start", ""))
    except ValueError:
        return []
    if len(str(said.get("title", "")).strip()) < 3:
        return []
    now = timezone.now()
    return [
        {
            "title": event.title,
            "when": when_sentence(event, now=now.astimezone(zone_or_utc(event.timezone))),
            "url": event.get_absolute_url(),
        }
        for event in alike(said, city, now=now)
    ]


def _like(request: HttpRequest) -> dict[str, Any]:
    """What an event of one's teams says, without its time; {} for any other."""
    try:
        wanted = UUID(request.GET.get("like", ""))
    except ValueError:
        return {}
    event = Event.objects.select_related("city", "organizer").filter(pk=wanted).first()
    if event is None or not manages(person_of(request), event):
        return {}
    return _said_of(event)


def _said_of(event: Event) -> dict[str, Any]:
    said = ChangeForm(event=event).initial
    own = bool(event.ticket_url) and "/register/" in event.ticket_url
    return {
        **{name: value for name, value in said.items() if name not in ("start", "end", "doors", "version")},
        "ticket_url": "" if own else event.ticket_url,
        "register": own,
        "has_waitlist": True,
        "organizer": str(event.organizer_id or ""),
        "city": event.city.slug if event.city else "",
        "address": event.address,
    }
