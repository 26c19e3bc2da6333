"""Rights of API views, by method."""

from django.utils.translation import gettext
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.rights import RightMissing, may_any, require


class HasRight(BasePermission):
    """Admits users with the right in the view's `needs` for the method.

    Methods that the view lacks pass, and get its 405.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        """As DRF expects.

        Raises RightMissing for a user without the right; False for anonymous users (401).
        """
        needs: dict[str, str] = view.needs  # type: ignore[attr-defined]
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method not in needs and method != "OPTIONS":
            return True
        if not request.user.is_authenticated:
            return False
        if method in needs:
            require(request.user, needs[method])
        elif not may_any(request.user, *needs.values()):
            right = next(iter(needs.values()))
            raise RightMissing(
                gettext("Your account lacks the right %(right)s.") % {"right": right}, permission=right
            )
        return True


class IsSignedIn(BasePermission):
    """Admits people with an account. Methods that the view lacks pass, and get its 405."""

    #: API keys open only what names a scope (accounts.authentication).
    is_for_people = True

    def has_permission(self, request: Request, view: APIView) -> bool:
        """As DRF expects; False for anonymous users (401)."""
        return bool(request.user.is_authenticated) or str(request.method) not in view.allowed_methods
