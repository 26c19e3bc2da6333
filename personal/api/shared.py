"""What the views of one's own things share."""

from typing import ClassVar

from django.utils.translation import gettext
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.keys.scopes import Scope
from accounts.permissions import IsSignedIn


class OwnView(APIView):
    """A view of the person who asks."""

    permission_classes = (IsSignedIn,)
    scopes: ClassVar = {"GET": Scope.ME_READ, **dict.fromkeys(("POST", "PATCH", "DELETE"), Scope.ME_WRITE)}


def refuse_body(request: Request) -> None:
    """Raises ValidationError for a request that says more than its address."""
    if request.headers.get("Content-Length", "") not in ("", "0"):
        raise ValidationError({"body": [gettext("Send no body.")]})
