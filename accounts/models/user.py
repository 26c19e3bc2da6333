"""The user, with the e-mail address as login, and a wish to change the address."""

from typing import Any, ClassVar, Final

from asgiref.sync import sync_to_async
from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.timezone import now
from uuid_utils.compat import uuid7

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
    #: The rights that an API key passes on; None without a key (accounts.keys).
    limited_to: frozenset[str] | None = None

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
        """As Django has it, but never while a session of staff lacks its second factor (accounts.factors).

        By an API key only what the key passes on.
        """
        return not self.lacks_factor and self._passes_on(perm) and super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        if self.limited_to is not None:
            return any(each.startswith(f"{app_label}.") for each in self.get_all_permissions())
        return not self.lacks_factor and super().has_module_perms(app_label)

    def get_all_permissions(self, obj: Any = None) -> set[str]:
        if self.lacks_factor:
            return set()
        return {each for each in super().get_all_permissions(obj) if self._passes_on(each)}

    def _passes_on(self, perm: str) -> bool:
        return self.limited_to is None or perm in self.limited_to

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
