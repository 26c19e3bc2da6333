"""Rights of API views, by method."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.rights import RightMissing, may_any, require


class HasRight(BasePermission):
    """Who has the right that the view's `needs` names for the method; a method that the view does not know is
    left to its 405."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """As DRF asks. Raises RightMissing for a person without the right; False for nobody, which becomes
        401."""
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
            raise RightMissing(f"Your account lacks the right {right}.", permission=right)
        return True
