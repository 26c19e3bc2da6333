"""Authenticates API requests by the admin's session."""

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class StaffSession(SessionAuthentication):
    """Django's session. Whoever has none is answered with 401 and told how to sign in (RFC 9110, 15.5.2), not
    with 403."""

    def authenticate_header(self, request: Request) -> str:
        """The challenge. There is no registered scheme for cookies, so that this one has a name of its
        own."""
        return 'Session realm="Nocturne desk", login="/admin/login/"'
