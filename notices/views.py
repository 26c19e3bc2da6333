"""Pages of notices: the list, what is told by which way, and the link that ends a kind."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import now as clock
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.crypto import keyed_hash
from accounts.exceptions import InputRefused
from accounts.limits import PUSH_DEVICES, take_for
from accounts.models import User
from accounts.services.sessions import id_of
from accounts.site.browsers import browser_name
from events.seo import Meta
from events.views.shared import absolute, live
from events.words import since_words
from flags.models import Flag
from flags.services import flag_required
from notices import push, services
from notices.choices import all_of
from notices.enums import Channel, Kind
from notices.kinds import TABLE, kinds_for
from notices.links import off_of, renewal_token, renewed_by
from notices.models import Notice, PushDevice
from notices.queries.listed import notices_of, unread_of
from notices.records import Words
from notices.words import channel_words, words_of
from personal.queries import preferences_of, zone_of

_PER_PAGE: Final = 30


@login_required
@never_cache
@flag_required(Flag.NOTIFICATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def own_notices(request: HttpRequest) -> HttpResponse:
    """`/me/notices/`: what one was told, the newest first. A POST marks one of them, or all, as read."""
    person = _person(request)
    if request.method == "POST":
        _mark(person, request.POST.get("read", ""))
        return HttpResponseRedirect(request.get_full_path())
    here = live("user:me")
    page = Paginator(notices_of(person), _PER_PAGE).get_page(request.GET.get("page"))
    zone = zone_of(person, preferences_of(person))
    here_now = clock().astimezone(zone)
    rows: list[tuple[Notice, Words, str]] = [
        (row, words_of(row), since_words(row.told_at.astimezone(zone), now=here_now) if row.told_at else "")
        for row in page.object_list
    ]
    context = {"rows": rows, "page": page, "unread": unread_of([person.pk])[person.pk], "live": here}
    return _page(request, "notices/own.html", gettext("Notices"), context)


@dataclass(frozen=True, kw_only=True, slots=True)
class Switch:
    """A box of the settings."""

    name: str
    label: str
    is_on: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class KindRow:
    """A kind in the settings, with the boxes of its channels."""

    name: str | Promise
    about: str | Promise
    always: str | Promise
    switches: tuple[Switch, ...]


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    """`/me/notices/settings/`: which kinds are told by which way. What stays as it was follows the preferences further."""
    person = _person(request)
    chosen = all_of(person, preferences_of(person))
    if request.method == "POST":
        asked = {each: _name(*each) in request.POST for each in chosen}
        services.choose(person, {each: is_on for each, is_on in asked.items() if is_on != chosen[each]})
        return HttpResponseRedirect(f"{request.path}?saved=1")
    rows = [
        KindRow(
            name=facts.name,
            about=facts.about,
            always=facts.always,
            switches=tuple(
                Switch(name=_name(kind, channel), label=channel_words(channel), is_on=chosen[kind, channel])
                for channel in facts.on
            ),
        )
        for kind, facts in kinds_for(person).items()
    ]
    context = {
        "rows": rows, "is_saved": "saved" in request.GET, "live": None, "key": push.public_key(),
        "devices": [(device, browser_name(device.client)) for device in PushDevice.objects.filter(user=person)],
    }  # fmt: skip
    return _page(request, "notices/settings.html", gettext("What we tell you"), context)


@login_required
@never_cache
@require_POST
def devices(request: HttpRequest) -> HttpResponse:
    """`/me/notices/devices/`: a script tells the subscription of its browser, and gets the id; `remove` ends one, without a script."""
    person, sent = _person(request), request.POST
    if "remove" in sent:
        try:
            services.remove_device(person, UUID(sent["remove"]))
        except (ValueError, PushDevice.DoesNotExist) as error:
            raise Http404("no such device") from error
        return HttpResponseRedirect(f"{reverse('notices:settings')}#push")
    if busy := _too_many(person.pk):
        return busy
    try:
        device = services.add_device(
            person, _given(request), session_id=id_of(request.session.session_key or ""), client=request.headers.get("User-Agent", "")
        )  # fmt: skip
    except InputRefused as refused:
        return JsonResponse({refused.field: refused.detail}, status=400)
    return JsonResponse({"id": str(device.pk), "renewal": renewal_token(device.pk)})


@never_cache
@csrf_exempt
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """`/me/notices/devices/renew/`: a service worker, which has no page, tells the new subscription of its browser by its token."""
    device = renewed_by(request.POST.get("renewal", ""))
    if device is None:
        raise Http404("no such token")
    if busy := _too_many(device):
        return busy
    try:
        services.renew_device(device, _given(request))
    except PushDevice.DoesNotExist as error:
        raise Http404("no such device") from error
    except InputRefused as refused:
        return JsonResponse({refused.field: refused.detail}, status=400)
    return HttpResponse(status=204)


def _given(request: HttpRequest) -> services.Given:
    sent = request.POST
    return services.Given(
        endpoint=sent.get("endpoint", ""), p256dh=sent.get("p256dh", ""), auth=sent.get("auth", "")
    )


def _too_many(key: UUID) -> HttpResponse | None:
    """The answer to somebody, or to a device, that adds or renews too often."""
    taken = take_for(PUSH_DEVICES, keyed_hash(f"push devices\0{key}"))
    if taken.allowed:
        return None
    return JsonResponse(
        {"endpoint": gettext("Too many at once. Try again later.")}, status=429, headers={"Retry-After": str(taken.reset)}
    )  # fmt: skip


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def off(request: HttpRequest, token: str) -> HttpResponse:
    """`/me/notices/off/{token}/`: ends a kind by one way. The POST needs no cookie and no further confirmation (RFC 8058)."""
    asked = off_of(token)
    if asked is None:
        raise Http404("no such link")
    if request.method == "POST":
        services.end(asked)
    context = {
        "what": TABLE[asked.kind].name,
        "channel": channel_words(asked.channel),
        "is_off": request.method == "POST",
        "live": None,
    }
    return _page(request, "notices/off.html", gettext("No more notices"), context)


def _mark(person: User, wanted: str) -> None:
    if not wanted:
        return  # a form without its button: nothing was asked, nothing is lost
    if wanted == "all":
        services.mark_read(person)
        return
    try:
        services.mark_read(person, UUID(wanted))
    except (ValueError, Notice.DoesNotExist) as error:
        raise Http404("no such notice") from error


def _name(kind: Kind, channel: Channel) -> str:
    return f"{kind.value}-{channel.value}"


def _person(request: HttpRequest) -> User:
    person = request.user
    assert isinstance(person, User)  # login_required
    return person


def _page(request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
    meta = Meta(title=title, description="", canonical=absolute(reverse("notices:own")), noindex=True)
    return render(request, template, {**context, "meta": meta})
