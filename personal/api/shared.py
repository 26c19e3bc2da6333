"""What the views of one's own things share."""

from django.utils.translation import gettext
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.permissions import IsSignedIn


class OwnView(APIView):
    """A view of the person who asks."""

    permission_classes = (IsSignedIn,)


def refuse_body(request: Request) -> None:
    """Raises ValidationError for a request that says more than its address."""
    if request.headers.get("Content-Length", "") not in ("", "0"):
        raise ValidationError({"body": [gettext("Send no body.")]})
