"""The number of unread notices in the head of every page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import cached_property

from accounts.models import User
from flags.models import Flag
from flags.services import is_on
from notices.queries.listed import unread_of


class OwnNotices:
    """What the head of a page says of one's notices; asked where it is shown."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def is_shown(self) -> bool:
        """Whether somebody is signed in. Without a session nothing is asked: such a page is the same for everybody."""
        return (
            settings.SESSION_COOKIE_NAME in self._request.COOKIES
            and isinstance(getattr(self._request, "user", None) and self._request.user, User)
            and self._request.user.is_authenticated
            and is_on(Flag.NOTIFICATIONS)
        )

    @cached_property
    def unread(self) -> int:
        """How many were not read yet. One query."""
        person = self._request.user
        return unread_of([person.pk])[person.pk] if isinstance(person, User) else 0


def own_notices(request: HttpRequest) -> dict[str, Any]:
    """`own_notices`."""
    return {"own_notices": OwnNotices(request)}
