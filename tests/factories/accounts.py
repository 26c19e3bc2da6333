"""Users who sign in."""

from collections.abc import Iterable

from accounts.models import User
from accounts.roles import permissions_of
from places.models import City, CityModerator
from places.queries.reach import OVERSEE

PASSWORD = "a long enough password"


def make_staff(*, email: str = "mod@example.org", password: str = PASSWORD) -> User:
    """A member of staff with all rights."""
    return User.objects.create_user(email, password, is_staff=True, is_superuser=True)


def make_person(
    *,
    email: str = "person@example.org",
    rights: Iterable[str] = (),
    cities: Iterable[City] | None = None,
    is_staff: bool = True,
    password: str = PASSWORD,
) -> User:
    """A person with only these rights (`events.publish_event`); a member of staff by default.

    The rights count in all cities, or only in these `cities`.
    """
    person = User.objects.create_user(email, password, is_staff=is_staff)
    held = set(rights)
    person.user_permissions.set(permissions_of(held | {OVERSEE} if held and cities is None else held))
    CityModerator.objects.bulk_create(CityModerator(user=person, city=city) for city in cities or ())
    return person
