"""The page of a team: its members and invitations; the answer to an invitation; claims."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.exceptions import InputRefused
from accounts.rights import RightMissing
from accounts.signed_in import person_of
from events.enums import TeamKind
from events.exceptions import EventError, TeamRefused
from events.models import TeamInvitation
from events.queries.teams import members, name_of, role_in
from events.records import Team
from events.services import merge_organizers, teams
from events.views.shared import unlisted_meta
from moderation.exceptions import ModerationError
from moderation.services import speaking
from organizers import claiming
from organizers.forms import InviteForm, RoleForm
from organizers.queries import mergeable
from organizers.views.shared import for_people, team_called, team_path
from places.enums import TeamRole
from places.models import SPEAKING

_SPEAKING = (TeamRole.OWNER, TeamRole.EDITOR)
_REFUSED = (EventError, RightMissing)


@for_people
@require_http_methods(["GET", "HEAD", "POST"])
def team_page(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """`/organize/{organizers|places}/{id}/`: members see the team, owners change it."""
    team, row = team_called(kind, pk)
    person = person_of(request)
    role, leads = role_in(person, team), teams.may_lead(person, team)
    if role is None and not leads:
        return HttpResponseRedirect(f"{request.path}claim/")
    writes = team.kind is TeamKind.ORGANIZER and role in SPEAKING
    form, problem, status = InviteForm(), "", 200
    if request.method == "POST":
        form = InviteForm(request.POST) if request.POST.get("do") == "invite" else form
        try:
            if _act(request, team, form):
                return HttpResponseRedirect(
                    "/organize/" if request.POST.get("do") == "leave" else request.path
                )
            status = 400
        except _REFUSED as refused:
            problem, status = str(refused), 409
    context = {
        "row": row,
        "role": role,
        "venue": f"{request.path}venue/" if team.kind is TeamKind.PLACE and role in _SPEAKING else "",
        "leads": leads,
        "writes": writes,
        "members": members(team),
        "invitations": teams.invitations(team, now=timezone.now()) if leads else (),
        "form": form,
        "others": mergeable(person, team.id) if role is TeamRole.OWNER and writes else (),
        "roles": RoleForm().fields["role"].choices,  # type: ignore[attr-defined]
        "problem": problem,
        "meta": unlisted_meta(request, row.name),
    }
    return render(request, "organizers/team.html", context, status=status)


def _act(request: HttpRequest, team: Team, form: InviteForm) -> bool:
    """Do what the pressed button says; False where a field is wrong. Raises EventError, RightMissing."""
    said, person = request.POST, person_of(request)
    match said.get("do"):
        case "invite":
            if not form.is_valid():
                return False
            teams.invite(team, form.cleaned_data["address"], TeamRole(form.cleaned_data["role"]), by=person)
        case "withdraw":
            teams.withdraw(team, _id(said.get("invitation")), by=person)
        case "role":
            asked = RoleForm(said)
            if not asked.is_valid():
                return False
            teams.change_role(team, _id(said.get("member")), TeamRole(asked.cleaned_data["role"]), by=person)
        case "remove":
            teams.remove(team, _id(said.get("member")), by=person)
        case "leave":
            teams.leave(team, by=person)
        case "merge":
            merge_organizers(team.id, _id(said.get("other")), by=person)
        case _:
            return False
    return True


@for_people
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_page(request: HttpRequest, token: str) -> HttpResponse:
    """`/organize/invitations/confirm/{token}/`: GET asks, POST joins, since mail scanners follow links with GET."""
    return _confirm_page(request, lambda: teams.accept(token, by=person_of(request)), lambda: _invited(token))


def _invited(token: str) -> str:
    return name_of(teams.team_of(teams.invitation_of(token)))


@for_people
@require_http_methods(["GET", "HEAD", "POST"])
def claim_page(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """`/organize/{organizers|places}/{id}/claim/`: by a mail at the domain of its website, a tag on it, a record of it, or a moderator."""
    team, row = team_called(kind, pk)
    person, problem, sent = person_of(request), "", ""
    if role_in(person, team) is not None and request.method != "POST":
        return HttpResponseRedirect(team_path(team))
    if request.method == "POST":
        try:
            if request.POST.get("do") == "mail":
                sent = request.POST.get("address", "")[:254]
                claiming.ask_by_mail(team, sent, by=person)
            elif request.POST.get("do") == "write":
                speaking.file_claim(
                    team, request.POST.get("text", ""), request.POST.get("link", ""), by=person
                )
                return HttpResponseRedirect(request.path)
            else:
                look = (
                    claiming.look_at_domain if request.POST.get("do") == "record" else claiming.look_at_site
                )
                return HttpResponseRedirect(team_path(look(team, by=person)))
        except (*_REFUSED, ModerationError, InputRefused) as refused:
            problem, sent = getattr(refused, "detail", str(refused)), ""
    context = {
        "row": row,
        "site": claiming.site_of(team),
        "tag": claiming.meta_tag(team, by=person),
        "record": claiming.dns_record(team, by=person),
        "claim": speaking.last_claim(team, by=person),
        "said": {name: request.POST.get(name, "") for name in ("text", "link")},
        "problem": problem,
        "sent": sent,
        "meta": unlisted_meta(request, row.name),
    }
    return render(request, "organizers/claim.html", context, status=409 if problem else 200)


@for_people
@require_http_methods(["GET", "HEAD", "POST"])
def claim_confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """`/organize/claims/confirm/{token}/`."""
    return _confirm_page(
        request,
        lambda: claiming.confirm(token, by=person_of(request)),
        lambda: name_of(claiming.asked(token)),
    )


def _confirm_page(request: HttpRequest, act: Any, name: Any) -> HttpResponse:
    problem, called = "", ""
    try:
        if request.method == "POST":
            return HttpResponseRedirect(team_path(act()))
        called = name()
    except (*_REFUSED, TeamInvitation.DoesNotExist) as refused:
        problem = str(refused)
    context = {"name": called, "problem": problem, "meta": unlisted_meta(request, gettext("Join a team"))}
    return render(request, "organizers/confirm.html", context, status=409 if problem else 200)


def _id(given: Any) -> UUID:
    """Raises TeamRefused for what is no id."""
    try:
        return UUID(str(given))
    except ValueError as error:
        raise TeamRefused(gettext("Choose somebody of the list.")) from error
