"""Authenticates API requests by the admin's session."""

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class StaffSession(SessionAuthentication):
    """Django's session. Without one the answer is 401 with a challenge (RFC 9110, 15.5.2), not 403."""

    def authenticate_header(self, request: Request) -> str:
        """The challenge. No scheme is registered for cookies, so this one has its own name."""
        return 'Session realm="Nocturne admin", login="/admin/login/"'
