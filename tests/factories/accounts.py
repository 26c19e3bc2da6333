"""Users who sign in."""

from collections.abc import Iterable

from accounts.models import User
from accounts.roles import permissions_of

PASSWORD = "a long enough password"


def make_staff(*, email: str = "mod@example.org", password: str = PASSWORD) -> User:
    """A member of staff with all rights."""
    return User.objects.create_user(email, password, is_staff=True, is_superuser=True)


def make_person(
    *,
    email: str = "person@example.org",
    rights: Iterable[str] = (),
    is_staff: bool = True,
    password: str = PASSWORD,
) -> User:
    """A person with only these rights (`events.publish_event`); a member of staff by default."""
    person = User.objects.create_user(email, password, is_staff=is_staff)
    person.user_permissions.set(permissions_of(rights))
    return person
