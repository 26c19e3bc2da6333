"""The account itself, with the tables of Django and allauth that hang on it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext_noop as _

from accounts.crypto import address_hash
from accounts.keys.holding import KEPT as KEYS_KEPT
from accounts.keys.holding import forget_keys
from accounts.models import (
    ANSWERS_KEPT,
    ApiKey,
    DataExport,
    GuessCount,
    IdempotentAnswer,
    LimitCount,
    StaffNetwork,
    TokenFamily,
    User,
)
from accounts.privacy.person import Person
from accounts.privacy.registry import Part, Retention, Rows
from accounts.sessions import ADMIN_IDLE_SECONDS
from accounts.sign_in_networks import KEPT as NETWORKS_KEPT
from accounts.sign_in_networks import forget_networks
from accounts.throttling import KEPT as GUESSES_KEPT
from accounts.throttling import account_key

#: A zip with everything is kept so long after it was made.
EXPORT_KEPT: Final = timedelta(days=3)
#: An account whose address was never confirmed is erased after this time.
UNVERIFIED_KEPT: Final = timedelta(days=7)
NIGHTLY: Final = "accounts.tasks.forget_personal_data"
_SESSIONS_TASK: Final = "accounts.tasks.forget_guesses_and_sessions"


def export(person: Person) -> Rows:
    """Account, addresses, factors (without their secrets), sign-ins, providers and roles."""
    user = User.objects.filter(pk=person.id)
    mine = {"user_id": person.id}
    return {
        "account": _rows(user.values("email", "name", "language", "timezone", "city", "preferences", "is_active", "is_staff", "date_joined", "last_login")),
        "addresses": _rows(EmailAddress.objects.filter(**mine).values("email", "verified", "primary")),
        "factors": _rows(Authenticator.objects.filter(**mine).values("type", "created_at", "last_used_at")),
        "sessions": _rows(UserSession.objects.filter(**mine).values("created_at", "last_seen_at", "user_agent", "ip")),
        "tokens": _rows(TokenFamily.objects.filter(**mine).values("client", "methods", "started_at", "used_at", "expires_at", "ended_at", "end_reason")),
        "keys": _rows(ApiKey.objects.filter(**mine).values("name", "shown", "scopes", "rights", "made_at", "expires_at", "used_at", "uses",
                                                                    "ended_at", "end_reason")),
        "networks": _rows(StaffNetwork.objects.filter(**mine).values("network", "first_at", "last_at")),
        "providers": _rows(SocialAccount.objects.filter(**mine).values("provider", "uid", "extra_data", "date_joined", "last_login")),
        "answers": _rows(IdempotentAnswer.objects.filter(**mine).values("at")),
        "roles": _rows(user.filter(groups__isnull=False).values("groups__name")),
        "admin_log": _rows(LogEntry.objects.filter(**mine).values("action_time", "object_repr", "change_message")),
    }  # fmt: skip


def erase(person: Person) -> int:
    """Delete the account with all that refers to it, its sessions, picture, counts, and lines about it."""
    count = erase_sessions(person)
    count += LimitCount.objects.filter(caller__in=person.hashes).delete()[0]
    count += GuessCount.objects.filter(key__in=[account_key(each) for each in person.addresses]).delete()[0]
    kind = ContentType.objects.get_for_model(User)
    count += LogEntry.objects.filter(content_type=kind, object_id=str(person.id)).delete()[0]
    count += LogEntry.objects.filter(_mentions(person)).update(object_repr="", change_message="")
    if person.picture:
        default_storage.delete(person.picture)
    return count + User.objects.filter(pk=person.id).delete()[0]


def erase_sessions(person: Person) -> int:
    """End all sessions of browsers, known to allauth or not. Returns how many."""
    keys = [*UserSession.objects.filter(user_id=person.id).values_list("session_key", flat=True)]
    keys += [session.session_key for session in _sessions_of(person)]
    count = 0
    for session in Session.objects.filter(session_key__in=keys):
        session.delete()  # one by one: the live feed listens for each
        count += 1
    return count


def marks(person: Person) -> Iterator[str]:
    """Keyed hashes of counts, the keys of sessions, and the names of the newest tokens."""
    for address in person.addresses:
        yield address_hash(address)
        yield account_key(address)
    yield from UserSession.objects.filter(user_id=person.id).values_list("session_key", flat=True)
    yield from ApiKey.objects.filter(user_id=person.id).values_list("secret_hash", flat=True)
    yield from TokenFamily.objects.filter(user_id=person.id).values_list("newest", flat=True)
    yield from StaffNetwork.objects.filter(user_id=person.id).values_list("network", flat=True)
    if person.picture:
        yield person.picture


def forget_exports(moment: datetime) -> int:
    """Delete zips that were made long enough ago, and requests whose zip could never be made."""
    due = Q(made_at__lt=moment - EXPORT_KEPT) | Q(made_at=None, asked_at__lt=moment - EXPORT_KEPT)
    return DataExport.objects.filter(due).delete()[0]


def unverified(moment: datetime) -> QuerySet[User]:
    """Accounts that nobody confirmed in time, signed in to, or gave a role; those that operators made wait for nothing."""
    due = User.objects.filter(date_joined__lt=moment - UNVERIFIED_KEPT, last_login=None, is_staff=False)
    waits = due.filter(socialaccount=None, emailaddress__verified=False)
    return waits.exclude(emailaddress__verified=True).distinct()


def forget_ended_sessions(_moment: datetime) -> int:
    """Delete allauth's rows (network, browser) of sessions that have ended."""
    open_ones = Session.objects.filter(expire_date__gt=now()).values("session_key")
    return UserSession.objects.exclude(session_key__in=open_ones).delete()[0]


def _sessions_of(person: Person) -> Iterator[Session]:
    for session in Session.objects.iterator(500):
        if session.get_decoded().get(SESSION_KEY) == str(person.id):
            yield session


def _mentions(person: Person) -> Q:
    found = Q()
    for address in person.addresses:
        found |= Q(object_repr__icontains=address) | Q(change_message__icontains=address)
    return found


def _rows(values: Any) -> list[Mapping[str, Any]]:
    return list(values)


ACCOUNT: Final = Part(
    name=_("account"),
    holds=_("address, name, picture, language, time zone, city, preferences, password (hashed), second factors (encrypted), connected providers, roles, "
    "open sessions with browser and network (without its last part), sign-ins of API clients (what the client calls itself, and when), "
    "API keys (hashed, with name, scopes and the days of their use); of staff: from which networks they signed in (keyed hashes)"),
    purpose=_("to sign you in and keep others out"),
    models=frozenset(
        {
            "accounts.User", "accounts.User_groups", "accounts.User_user_permissions", "accounts.TokenFamily", "accounts.ApiKey", "accounts.AddressChange",
            "accounts.StaffNetwork", "accounts.Erasure", "accounts.DataExport", "accounts.IdempotentAnswer",
            "accounts.GuessCount", "accounts.LimitCount", EmailAddress._meta.label, EmailConfirmation._meta.label, Authenticator._meta.label,
            UserSession._meta.label, SocialAccount._meta.label, "socialaccount.SocialToken", LogEntry._meta.label, Session._meta.label,
        }
    ),
    export=export,
    erase=erase,
    marks=marks,
    retention=(
        Retention(what=_("accounts"), period=lambda: None, task="accounts.tasks.carry_out_erasures"),
        Retention(what=_("accounts whose address was not confirmed"), period=lambda: UNVERIFIED_KEPT, task=NIGHTLY),
        Retention(what=_("zips with all data"), period=lambda: EXPORT_KEPT, task=NIGHTLY, apply=forget_exports),
        Retention(what=_("browser and network of a session, after its end"), period=lambda: timedelta(days=1), task=NIGHTLY, apply=forget_ended_sessions),
        Retention(what=_("sessions, after the last request"), period=lambda: timedelta(seconds=settings.SESSION_COOKIE_AGE), task=_SESSIONS_TASK),
        Retention(what=_("sessions of staff, after the last request"), period=lambda: timedelta(seconds=ADMIN_IDLE_SECONDS), task=_SESSIONS_TASK),
        Retention(what=_("API keys, after their end"), period=lambda: KEYS_KEPT, task=NIGHTLY, apply=forget_keys),
        Retention(what=_("networks of staff, after the last sign-in"), period=lambda: NETWORKS_KEPT, task=NIGHTLY, apply=forget_networks),
        Retention(what=_("answers of the API, to repeat them (encrypted)"), period=lambda: ANSWERS_KEPT, task="accounts.tasks.forget_answers"),
        Retention(what=_("counts of wrong passwords (keyed hashes)"), period=lambda: GUESSES_KEPT, task=_SESSIONS_TASK),
    ),
)  # fmt: skip
