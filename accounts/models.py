"""The user, with the e-mail address as login, their token families, and the counts of password guesses."""

from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from asgiref.sync import sync_to_async
from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models.functions import Lower
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from accounts.crypto import EncryptedTextField
from accounts.enums import EndReason, Guesser
from accounts.hashing import hashing_slots

#: Characters; EmailField accepts no more.
LONGEST_LOGIN: Final = 254


def fold_login(login: str) -> str:
    """A login in the form for counting and lookup; characters that PostgreSQL cannot store are replaced."""
    text = (
        login[: 4 * LONGEST_LOGIN].strip().lower().encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    )
    return text[:LONGEST_LOGIN].strip()


class UserManager(BaseUserManager["User"]):
    """Creates users; addresses are compared without regard to case."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Whoever makes one has a shell: the address counts as verified, so that the first sign-in needs no mail."""
        user = self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})
        addresses = apps.get_model("account", "EmailAddress")._default_manager
        addresses.create(user=user, email=user.email.lower(), verified=True, primary=True)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a user by the folded login and nothing else.

        Otherwise another spelling would be counted separately (accounts.throttling) and still be accepted.
        """
        return self.alias(folded=Lower("email")).get(folded=fold_login(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account.

    `picture` is the file of our own copy (accounts.services.profile), `language` a language tag (BCP 47),
    `timezone` a zone of the IANA database, `city` the slug of a city; '' for none. `preferences` is small
    JSON (theme, cadence).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=150, blank=True, default="")
    picture = models.FileField(max_length=100, blank=True, default="", editable=False)
    language = models.CharField(max_length=16, blank=True, default="")
    timezone = models.CharField(max_length=64, blank=True, default="")
    city = models.CharField(max_length=80, blank=True, default="")
    preferences = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("may use the desk", default=False)
    date_joined = models.DateTimeField(default=now)

    #: Set for the time of a request, by how the person signed in (accounts.factors).
    lacks_factor = False

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        permissions = [
            ("read_metrics", "Can read the metrics"),
            ("export_user", "Can export all data of a person"),
            ("erase_user", "Can erase a person"),
        ]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]

    def __str__(self) -> str:
        return self.name or self.email

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """As Django has it, but never while a session of staff lacks its second factor (accounts.factors)."""
        return not self.lacks_factor and super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return not self.lacks_factor and super().has_module_perms(app_label)

    def get_all_permissions(self, obj: Any = None) -> set[str]:
        return set() if self.lacks_factor else super().get_all_permissions(obj)

    def set_password(self, raw_password: str | None) -> None:
        """Raises TooBusy where too many passwords are being hashed."""
        with hashing_slots.slot():
            super().set_password(raw_password)

    def check_password(self, raw_password: str | None) -> bool:
        """Raises TooBusy where too many passwords are being hashed."""
        with hashing_slots.slot():
            return super().check_password(raw_password)

    async def acheck_password(self, raw_password: str | None) -> bool:
        """The same for asynchronous callers, whose hash takes a thread and a slot too."""
        return await sync_to_async(self.check_password)(raw_password)


class TokenFamily(models.Model):
    """One sign-in of an API client, with all refresh tokens that follow from it; only the newest is valid.

    No token is stored: `newest` is the id (`jti`) of the newest one. `account_mark` is the state of the
    account at sign-in (accounts.tokens.marks); tokens of a former state are refused. `methods` is how the
    person proved who they are (RFC 8176), `client` what the client calls itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="token_families")
    newest = models.CharField(max_length=32)
    account_mark = models.CharField(max_length=32)
    methods = ArrayField(models.CharField(max_length=12))
    client = models.CharField(max_length=120, blank=True, default="")
    started_at = models.DateTimeField(default=now)
    used_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=EndReason, blank=True, default="")

    class Meta:
        verbose_name_plural = "token families"
        constraints = [
            models.CheckConstraint(
                name="token_family_end_has_reason",
                condition=models.Q(ended_at__isnull=True, end_reason="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(end_reason="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.client or 'a client'} since {self.started_at:%Y-%m-%d}"


class AddressChange(models.Model):
    """A wish to change the address to `email`, until both mailboxes have confirmed it (accounts.services.address)."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="address_change")
    email = models.EmailField("new e-mail address")
    asked_at = models.DateTimeField()
    old_confirmed_at = models.DateTimeField(null=True, blank=True)
    new_confirmed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"address change {self.pk}"

    @property
    def is_complete(self) -> bool:
        """Whether both mailboxes have confirmed."""
        return self.old_confirmed_at is not None and self.new_confirmed_at is not None


class Erasure(models.Model):
    """The wish to erase an account, until it is carried out; then the row goes too.

    `person` is what the account was known by (accounts.privacy.person), since its row goes before the last
    part is done. `done` has the names of finished parts, `told` those of holders of copies that know.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_id = models.UUIDField(unique=True)
    person = EncryptedTextField()
    asked_at = models.DateTimeField(default=now)
    done = ArrayField(models.CharField(max_length=40), default=list)
    told = ArrayField(models.CharField(max_length=40), default=list)
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"asked at {self.asked_at:%Y-%m-%d %H:%M}"


class DataExport(models.Model):
    """All that is kept about a person, as a zip, base64 in an encrypted text; '' until it is made."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="data_export")
    content = EncryptedTextField(blank=True, default="")
    size = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(default=now)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.size} bytes"


class GuessCount(models.Model):
    """Recent password guesses: `count`, the last one at `last_at`.

    `key` is a keyed hash of guesser and target (accounts.throttling).
    """

    key = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=24, choices=Guesser)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} by {self.kind}"


_ADD_ONE = """
WITH old AS (DELETE FROM accounts_limitcount WHERE ends_at < %(now)s)
INSERT INTO accounts_limitcount (policy, caller, ends_at, used) VALUES (%(policy)s, %(caller)s, %(ends)s, 1)
ON CONFLICT (policy, caller, ends_at) DO UPDATE SET used = accounts_limitcount.used + 1 RETURNING used
"""


class LimitCount(models.Model):
    """Requests of a caller in the window that ends at `ends_at`; only used while Valkey is unreachable.

    `caller` is a keyed hash.
    """

    policy = models.CharField(max_length=40)
    caller = models.CharField(max_length=64)
    ends_at = models.DateTimeField(db_index=True)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "caller", "ends_at"], name="limit_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.used}"

    @classmethod
    def add_one(cls, *, policy: str, caller: str, ends: int) -> int:
        """Increment the count in one statement, which is safe for concurrent requests; delete old windows.

        `ends` in seconds since 1970.
        """
        values: dict[str, Any] = {
            "policy": policy,
            "caller": caller,
            "ends": datetime.fromtimestamp(ends, UTC),
            "now": now(),
        }
        with connection.cursor() as cursor:
            cursor.execute(_ADD_ONE, values)
            used: int = cursor.fetchone()[0]
        return used
