"""Claims: somebody proves to speak for an organizer or a venue, and becomes its owner.

Nothing is stored before the proof: the mailed link and the words for a page are signed or derived from the team and the
account. A proof is a mail address at the domain of its website, a meta tag on that website, or a TXT record of its domain;
anybody else writes to the moderators (`moderation.services.speaking`).
"""

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext

from accounts.crypto import keyed_hash
from accounts.models import User, fold_login
from accounts.rights import PIPELINE, Actor, RightMissing, is_person
from egress.factory import open_client
from egress.names import text_records
from egress.records import RequestPolicy
from events.enums import TeamKind, Verification
from events.exceptions import TeamRefused
from events.models import Organizer
from events.queries.teams import name_of
from events.records import Team
from events.services.teams import found_owner
from events.services.verifying import verify_organizer
from pipeline.contract.http_errors import EgressError
from places.models import Place

#: The name of the meta tag.
TAG: Final = "nocturne-verification"
_VALID: Final = timedelta(days=3)
_SALT: Final = "organizers.claim"
_MOST_BYTES: Final = 2_000_000
#: Seconds for reading a website, while a person waits.
_PATIENCE: Final = 10.0
#: Hosts on which everybody has a page: an address there proves nothing.
_SHARED: Final = frozenset(
    {
        "facebook.com", "instagram.com", "meetup.com", "eventbrite.com", "linktr.ee", "google.com", "gmail.com", "x.com", "twitter.com",
        "youtube.com", "wordpress.com", "blogspot.com", "medium.com", "substack.com", "github.io", "wixsite.com", "lu.ma", "luma.com",
    }
)  # fmt: skip


def site_of(team: Team) -> str:
    """The website of an organizer or a venue; '' where none is known, or one that everybody can have a page on."""
    if team.kind is TeamKind.ORGANIZER:
        address = Organizer.objects.values_list("url", flat=True).filter(pk=team.id).first() or ""
    else:
        address = Place.objects.values_list("website", flat=True).filter(pk=team.id).first() or ""
    return "" if not _host(address) or _is_shared(_host(address)) else str(address)


def ask_by_mail(team: Team, address: str, *, by: Actor) -> None:
    """Mail a link to an address at the domain of the website. Raises RightMissing, TeamRefused."""
    person = _person(by)
    address, host = fold_login(address.strip()), _host(site_of(team))
    domain = address.rpartition("@")[2]
    if not host or not (domain == host or host.endswith(f".{domain}")) or _is_shared(domain):
        raise TeamRefused(
            gettext("Give an address at %(host)s, the domain of its website.") % {"host": host or "…"}
        )
    token = signing.dumps([team.kind.value, str(team.id), str(person.pk), address], salt=_SALT)
    context = {
        "team": name_of(team),
        "claim_url": f"{settings.SITE_URL}/organize/claims/confirm/{token}/",
    }
    get_adapter().send_mail("account/email/team_claim", address, context)


def asked(token: str) -> Team:
    """The team that a mailed link is about. Raises TeamRefused."""
    return _read(token)[0]


def _read(token: str) -> tuple[Team, str, str]:
    """The team, the id of the account, and the address in a link."""
    try:
        kind, pk, user, address = signing.loads(token, salt=_SALT, max_age=_VALID)
        return Team(kind=TeamKind(kind), id=UUID(pk)), user, address
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise TeamRefused(gettext("This link has expired. Ask for another one.")) from error


def confirm(token: str, *, by: Actor) -> Team:
    """Make the account that asked an owner. Raises RightMissing, TeamRefused."""
    person = _person(by)
    team, user, address = _read(token)
    if user != str(person.pk):
        raise TeamRefused(gettext("Another account asked for this. Sign in with that one."))
    _found(team, person, f"mailto at {address.rpartition('@')[2]}")
    return team


def meta_tag(team: Team, *, by: Actor) -> str:
    """The tag for the head of the website: only this account can use it."""
    return f'<meta name="{TAG}" content="{_content(team, _person(by))}">'


def look_at_site(team: Team, *, by: Actor) -> Team:
    """Read the website, and make the account an owner if its head holds the tag. Raises RightMissing, TeamRefused."""
    person, address = _person(by), site_of(team)
    if not address:
        raise TeamRefused(gettext("No website of it is known. Write to us."))
    host = _host(address)
    policy = RequestPolicy(
        user_agent=settings.EGRESS_USER_AGENT,
        obey_robots=False,  # its owner asked us to look
        max_received=_MOST_BYTES,
        max_decoded=_MOST_BYTES,
        total_timeout=_PATIENCE,
    )
    try:
        with open_client(policy, name="claims") as http:
            page = http.get(address)
    except EgressError as error:
        raise TeamRefused(gettext("%(host)s could not be read. Try again later.") % {"host": host}) from error
    if _host(page.url) != host or _content(team, person).encode() not in page.content:
        raise TeamRefused(gettext("The tag is not on %(host)s yet.") % {"host": host})
    _found(team, person, f"meta tag on {host}")
    return team


def dns_record(team: Team, *, by: Actor) -> str:
    """The TXT record for the domain: only this account can use it."""
    return f"{TAG}={_content(team, _person(by))}"


def look_at_domain(team: Team, *, by: Actor) -> Team:
    """Ask for the TXT records of the website's domain, and make the account an owner if one is its. Raises RightMissing, TeamRefused."""
    person, host = _person(by), _host(site_of(team))
    if not host:
        raise TeamRefused(gettext("No website of it is known. Write to us."))
    record = dns_record(team, by=person)
    try:
        is_there = record in (found.strip() for found in text_records(host))
    except EgressError as error:
        raise TeamRefused(
            gettext("The records of %(host)s could not be read. Try again later.") % {"host": host}
        ) from error
    if not is_there:
        raise TeamRefused(
            gettext("The record is not at %(host)s yet. New records take up to a day to be seen.")
            % {"host": host}
        )
    _found(team, person, f"TXT record of {host}")
    return team


def _found(team: Team, person: User, proof: str) -> None:
    team = found_owner(team, person, by=PIPELINE)
    if team.kind is TeamKind.ORGANIZER:
        row = Organizer.objects.get(pk=team.id)
        if row.verification == Verification.UNVERIFIED:
            verify_organizer(row.pk, Verification.VERIFIED, evidence=row.url, note=proof, by=PIPELINE)


def _content(team: Team, person: User) -> str:
    return keyed_hash(f"claim {team.kind} {team.id.hex} {person.pk.hex}")[:40]


def _person(by: Actor) -> Any:
    if not is_person(by) or not by.is_active:
        raise RightMissing(gettext("Sign in first."))
    return by


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _is_shared(host: str) -> bool:
    return host in _SHARED or any(host.endswith(f".{one}") for one in _SHARED)
