"""The actors of the access tests: nine that every row names, two more with a team, and an API key."""

import secrets
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.keys.holding import KeyWish, make_key
from accounts.keys.scopes import Scope
from accounts.models import User
from accounts.roles import Role, ensure_roles
from events.models import Organizer, OrganizerMember
from places.enums import TeamRole
from places.models import City, CityModerator, Place, PlaceMember
from tests.factories import make_city

#: Those of the columns. `stranger` is a moderator of another city than that of the world's rows.
COLUMNS: Final = (
    "anonymous", "person", "staff", "stranger", Role.MODERATOR, Role.SENIOR, Role.OPERATOR, Role.AUDITOR, Role.ADMIN,
)  # fmt: skip
#: Those that a row names only where it does not follow from its columns (tests.access.rows): `organizer` owns the
#: organizer and the venue of the world's event, `other` owns another organizer.
#: `key` is a program with an API key of somebody, with the scope `me:read` and no other.
NAMED: Final = ("organizer", "other", "key")
ACTORS: Final = (*COLUMNS, *NAMED)
#: The account of each, and the one who may most.
PEOPLE: Final = ACTORS[1:]
MOST: Final = Role.ADMIN
#: Accounts without the flag of staff.
_NO_STAFF: Final = ("person", *NAMED)
LOGINS: Final = ("/admin/login/", "/accounts/login/?next=")
#: Answers of whoever was let in: done, or told what was wrong with what they sent.
_LET_IN: Final = frozenset(
    {200, 201, 202, 204, 301, 302, 303, 304, 308, 400, 409, 410, 413, 415, 422, 429, 503}
)


def make_actors(city: City) -> dict[str, Client]:
    """A client for each actor, signed in where they have an account. CSRF is checked.

    The moderator works in `city`, the stranger in another.
    """
    ensure_roles()
    clients = {actor: Client(enforce_csrf_checks=True, raise_request_exception=False) for actor in ACTORS}
    for actor in PEOPLE:
        person = User.objects.create_user(
            f"{actor}@example.org", "a long enough password", is_staff=actor not in _NO_STAFF
        )
        role = Role.MODERATOR if actor == "stranger" else actor
        if isinstance(role, Role):
            person.groups.add(Group.objects.get(name=role))
        if role is Role.MODERATOR:
            where = city if actor == Role.MODERATOR else make_city(slug="goa", name="Goa")
            CityModerator.objects.create(user=person, city=where)
        if actor == "key":
            clients[actor].defaults["HTTP_AUTHORIZATION"] = f"Bearer {_key_of(person)}"
        else:
            clients[actor].force_login(person)
    _make_teams()
    return clients


def _key_of(person: User) -> str:
    ends = timezone.now() + timedelta(days=1)
    wish = KeyWish(name="a program", scopes=[Scope.ME_READ], expires_at=ends)
    return make_key(person, wish, by=person, has_factor=False)[1]


def _make_teams() -> None:
    """`organizer` owns every organizer and venue of the world, `other` an organizer without anything."""
    owner, other = (User.objects.get(email=f"{actor}@example.org") for actor in ("organizer", "other"))
    for organizer in Organizer.objects.all():
        OrganizerMember.objects.create(organizer=organizer, user=owner, role=TeamRole.OWNER)
    for place in Place.objects.all():
        PlaceMember.objects.create(place=place, user=owner, role=TeamRole.OWNER)
    theirs = Organizer.objects.create(name="Other Society", folded_name="other society")
    OrganizerMember.objects.create(organizer=theirs, user=other, role=TeamRole.OWNER)


def ask(
    client: Client, method: str, path: str, *, body: Mapping[str, Any] | None = None, token: bool = True
) -> Any:
    """Send one request and undo its effects, also on cookies.

    A form for pages, JSON for the API; without `token` there is no CSRF token.
    """
    kept, client.cookies = client.cookies, deepcopy(client.cookies)
    try:
        with transaction.atomic():
            answer = _send(client, method, path, dict(body or {}), token=token)
            transaction.set_rollback(True)
        return answer
    finally:
        client.cookies = kept


def _send(client: Client, method: str, path: str, body: dict[str, Any], *, token: bool) -> Any:
    headers = {}
    if token:
        client.cookies[settings.CSRF_COOKIE_NAME] = word = secrets.token_hex(16)
        headers = {"X-CSRFToken": word}
    send = getattr(client, method.lower())
    if method in ("GET", "HEAD"):
        return send(path, headers=headers)
    if path.startswith("/api/") or method != "POST":
        return send(path, data=body, headers=headers, content_type="application/json")
    return send(path, data=body, headers=headers)


def outcome(response: Any) -> str:
    """ok, login, or the status of the refusal."""
    if response.status_code == 302 and response["Location"].startswith(LOGINS):
        return "login"
    return "ok" if response.status_code in _LET_IN else str(response.status_code)


def each(clients: Mapping[str, Client]) -> Iterator[tuple[str, Client]]:
    """The actors in the order of a row's answers."""
    return ((actor, clients[actor]) for actor in ACTORS)
