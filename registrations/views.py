"""Pages of registrations: to register, and to change or cancel it by the link of the mail."""

from typing import Any
from uuid import UUID

import qrcode
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from qrcode.image.svg import SvgPathImage

from accounts.exceptions import InputRefused
from accounts.limits import EVENT_REGISTRATIONS, take
from accounts.models import User
from accounts.rights import is_person
from accounts.same_origin import same_origin_required
from accounts.waiting import wait_words
from events.views.shared import unlisted_meta
from languages.reading import current_code
from registrations import services
from registrations.enums import RegistrationState
from registrations.exceptions import AlreadyRegistered, RegistrationError, RegistrationRefused
from registrations.forms import GuestsForm, RegisterForm
from registrations.links import check_in_address, id_of, manage_address, register_path
from registrations.mails import until_of, when_of
from registrations.models import ACTIVE, Registration, RegistrationSetup
from registrations.queries import own, place_in_line, room_of, setup_of, standing
from registrations.services.registering import refuse_closed


@never_cache
@same_origin_required
@require_http_methods(["GET", "HEAD", "POST"])
def register_page(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """`/events/{id}/register/`: the form, without JavaScript and without an account.

    A bot in the honeypot is thanked like a person, and nothing is stored.
    """
    setup = setup_of(event_id)
    if setup is None:
        raise Http404("nobody registers for this event here")
    person = request.user if is_person(request.user) else None
    if request.method != "POST":
        known = {"name": person.name, "email": person.email} if isinstance(person, User) else {}
        return _form_page(request, setup, RegisterForm(setup=setup, initial=known))
    form = RegisterForm(request.POST, setup=setup)
    valid = form.is_valid()
    if form.is_trapped:
        return HttpResponseRedirect(f"{register_path(event_id)}?thanks=1")
    taken = take(EVENT_REGISTRATIONS, request)
    if not taken.allowed:
        words = gettext("Too many registrations came from your network. Try again in %(time)s.")
        form.add_error(None, words % {"time": wait_words(taken.reset)})
        return _form_page(request, setup, form, status=429)
    if not valid:
        return _form_page(request, setup, form, status=400)
    try:
        services.register(event_id, form.wish(current_code()), by=_own_account(request, form))
    except InputRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.detail)
        return _form_page(request, setup, form, status=400)
    except AlreadyRegistered:
        pass  # the page says the same as to whoever is new: it does not tell who comes
    except RegistrationRefused as refused:
        form.add_error(None, refused.detail)
        return _form_page(request, setup, form, status=409)
    return HttpResponseRedirect(f"{register_path(event_id)}?thanks=1")


@never_cache
@same_origin_required
@require_http_methods(["GET", "HEAD", "POST"])
def manage_page(request: HttpRequest, token: str) -> HttpResponse:
    """`/registrations/magic-link/{token}/`: the state, the QR code, and buttons; GET changes nothing."""
    try:
        registration = standing(Registration.objects.select_related("event__city").get(pk=id_of(token)))
    except (RegistrationError, Registration.DoesNotExist):
        return render(
            request,
            "registrations/unknown.html",
            {"meta": unlisted_meta(request, gettext("Unknown link"))},
            status=404,
        )
    setup = setup_of(registration.event_id)
    problem, status = "", 200
    if request.method == "POST":
        try:
            _act(request, registration, setup)
        except (RegistrationError, InputRefused) as refused:
            problem, status = refused.detail, 409
        else:
            return HttpResponseRedirect(request.path)
        registration.refresh_from_db()
    response = render(
        request,
        "registrations/registration.html",
        {
            "registration": registration,
            "event": registration.event,
            "when": when_of(registration.event),
            "until": until_of(registration),
            "place_in_line": place_in_line(registration),
            "qr": _qr(registration) if registration.state == RegistrationState.REGISTERED else "",
            "guests": _guests_form(registration, setup),
            "active": registration.state in ACTIVE,
            "again": register_path(registration.event_id),
            "problem": problem,
            "meta": unlisted_meta(request, registration.event.title),
        },
        status=status,
    )
    response["Referrer-Policy"] = "same-origin"
    return response


@never_cache
@require_http_methods(["GET", "HEAD"])
def own_page(request: HttpRequest) -> HttpResponse:
    """`/registrations/`: those of one's account; without one the page says where the link is."""
    rows = []
    if is_person(request.user) and isinstance(request.user, User):
        rows = [(row, when_of(row.event), manage_address(row)) for row in own(request.user)[:200]]
    context = {
        "rows": rows,
        "now": timezone.now(),
        "meta": unlisted_meta(request, gettext("Your registrations")),
    }
    return render(request, "registrations/own.html", context)


def _act(request: HttpRequest, registration: Registration, setup: RegistrationSetup | None) -> None:
    """What the pressed button says. Raises RegistrationRefused, InputRefused."""
    wanted = request.POST.get("do")
    if wanted == "cancel":
        services.cancel(registration.pk)
    elif wanted in ("quiet", "messages"):
        services.want_messages(registration.pk, wanted == "messages")
    elif wanted == "accept":
        services.accept(registration.pk)
    elif wanted == "guests" and setup is not None:
        form = GuestsForm(request.POST, setup=setup)
        if not form.is_valid():
            raise InputRefused(
                "guests", gettext("are at most %(number)s. Choose fewer.") % {"number": setup.most_guests}
            )
        services.change_guests(registration.pk, form.cleaned_data["guests"])


def _own_account(request: HttpRequest, form: RegisterForm) -> Any:
    """The account, where it registers its own address: somebody else's registration is not its own."""
    person = request.user
    if is_person(person) and form.cleaned_data["email"].casefold() == str(person.email).casefold():
        return person
    return None


def _form_page(
    request: HttpRequest, setup: RegistrationSetup, form: RegisterForm, *, status: int = 200
) -> HttpResponse:
    event, closed = setup.event, ""
    try:
        refuse_closed(setup, event, now=timezone.now())
    except RegistrationRefused as refused:
        closed = refused.detail
    return render(
        request,
        "registrations/register.html",
        {
            "event": event,
            "when": when_of(event),
            "room": room_of(setup),
            "has_waitlist": setup.has_waitlist,
            "closed": closed,
            "thanks": request.GET.get("thanks") == "1",
            "form": form,
            "meta": unlisted_meta(request, gettext("Register: %(title)s") % {"title": event.title}),
        },
        status=status,
    )


def _guests_form(registration: Registration, setup: RegistrationSetup | None) -> GuestsForm | None:
    if setup is None or not setup.most_guests or registration.state not in ACTIVE:
        return None
    return GuestsForm(setup=setup, initial={"guests": registration.guests})


def _qr(registration: Registration) -> SafeString:
    """The QR code as SVG: dark on white also at night, since scanners need it so."""
    drawn = qrcode.make(check_in_address(registration.code), image_factory=SvgPathImage, border=2)
    return mark_safe(drawn.to_string(encoding="unicode"))  # noqa: S308 - made of paths by the library
